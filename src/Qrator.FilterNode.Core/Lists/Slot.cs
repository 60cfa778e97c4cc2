namespace Qrator.FilterNode.Lists;

/// <summary>
/// One place in a shard: 16 bytes for IPv4, 32 for IPv6. The key of a used slot never changes until the shard is rebuilt into a new
/// array; that is what lets readers go without a lock.
/// </summary>
internal struct Slot<TKey>
    where TKey : unmanaged
{
    public TKey Key;

    /// <summary>A moment of <see cref="ListTime"/>, or one of its marks. Written last, read first.</summary>
    public uint Expires;

    public uint Created;

    public ushort Cause;

    public byte Offences;

    /// <summary>1 while the entry is in the counts.</summary>
    public byte Counted;
}
