namespace Qrator.FilterNode.Geo;

/// <summary>
/// A file is not a usable country database. <see cref="Exception.Message"/> is one sentence for the operator that names the offset and
/// what is wrong there.
/// </summary>
public sealed class MmdbFormatException : Exception
{
    /// <summary>Reports <paramref name="problem"/> at <paramref name="offset"/>.</summary>
    /// <param name="offset">Bytes from the start of the file.</param>
    /// <param name="problem">What is wrong, without a final full stop.</param>
    public MmdbFormatException(long offset, string problem)
        : base($"offset {offset}: {problem}") => Offset = offset;

    /// <summary>Where in the file, in bytes from its start, the problem was found.</summary>
    public long Offset { get; }
}
