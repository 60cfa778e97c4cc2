namespace Qrator.FilterNode.Lists;

/// <summary>What only changes read of a slot: 8 bytes.</summary>
internal struct ListRecord
{
    /// <summary>A moment of <see cref="ListTime"/>.</summary>
    public uint Created;

    public ushort Cause;

    public byte Offences;
}
