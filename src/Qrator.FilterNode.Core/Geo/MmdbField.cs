namespace Qrator.FilterNode.Geo;

/// <summary>One decoded control sequence of the data section. Offsets count from the start of the section.</summary>
/// <param name="Type">What the field is.</param>
/// <param name="Size">
/// Bytes of a scalar, entries of a map or array, the value of a boolean, or the target of a pointer, which is inside the section.
/// </param>
/// <param name="Offset">Where the control byte is.</param>
/// <param name="Start">Where the content begins, directly behind the control sequence.</param>
internal readonly record struct MmdbField(MmdbType Type, int Size, int Offset, int Start)
{
    /// <summary>Whether other fields make up the content, so that its end is known only by reading them.</summary>
    public bool IsContainer => Type is MmdbType.Map or MmdbType.Array;

    /// <summary>Where the next field begins; not defined for a container.</summary>
    public int End => Type is MmdbType.Boolean or MmdbType.Pointer ? Start : Start + Size;
}
