namespace Qrator.FilterNode.Lists;

/// <summary>
/// What a look-up reads of a slot: 8 bytes for IPv4. The key never changes until the shard is rebuilt into a new table; that is what lets
/// readers go without a lock.
/// </summary>
internal struct ListSlot<TKey>
    where TKey : unmanaged
{
    public TKey Key;

    /// <summary>A moment of <see cref="ListTime"/>, or one of its marks.</summary>
    public uint Expires;
}
