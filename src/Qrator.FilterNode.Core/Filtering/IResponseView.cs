namespace Qrator.FilterNode.Filtering;

/// <summary>
/// The head of an origin's response as the filters see it; never a response that the node made itself.
/// Implemented by a struct of the host. Valid only during the call it is passed to.
/// </summary>
public interface IResponseView
{
    /// <summary>The status code, 100 to 999.</summary>
    int Status { get; }

    /// <summary>The wait for the origin's response headers.</summary>
    TimeSpan Duration { get; }

    /// <summary>Reads a response header; several are joined with <c>", "</c>. False where it is absent.</summary>
    bool TryGetHeader(string name, out ReadOnlySpan<char> value);
}
