namespace Qrator.FilterNode.Lists;

/// <summary>What only changes read of a slot: 8 bytes.</summary>
internal struct ListRecord
{
    /// <summary>A moment of <see cref="ListTime"/>.</summary>
    public uint Created;

    public ushort Cause;

    public byte Offences;

    /// <summary>1 while the entry is in the counts.</summary>
    public byte Counted;
}
