using System.Runtime.CompilerServices;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.RateLimits;

/// <summary>
/// A hash table of clients: open addressing, linear probing, deletion by moving back. One byte of hash a slot stands apart from the entries, so
/// that looking for a client that is not there reads one or two cache lines and no entry. Between 70 % and 80 % full while it grows, which at
/// 41 bytes a slot is at most 59 bytes a client. Not safe for threads; <see cref="BucketShard"/> guards it.
/// </summary>
internal struct BucketTable
{
    private const int SmallestShrink = 16;

    // 0 is an empty slot.
    private byte[] _tags;
    private BucketEntry[] _entries;

    /// <summary>An empty table, which owns no memory.</summary>
    public BucketTable() => (_tags, _entries) = ([], []);

    /// <summary>Clients in the table.</summary>
    public int Count { get; private set; }

    /// <summary>Slots; some are always empty.</summary>
    public readonly int Capacity => _tags.Length;

    /// <summary>Bytes of the arrays, without their headers.</summary>
    public readonly long Bytes => Capacity * (1L + Unsafe.SizeOf<BucketEntry>());

    /// <summary>The entry at a slot that <see cref="Find"/> or <see cref="Add"/> gave and that has not been removed since.</summary>
    public readonly ref BucketEntry this[int slot] => ref _entries[slot];

    /// <summary>Whether the slot holds a client.</summary>
    public readonly bool IsUsed(int slot) => _tags[slot] != 0;

    /// <summary>The slot of the client, or -1.</summary>
    public readonly int Find(in ClientKey client, ulong hash)
    {
        var tags = _tags;
        if (tags.Length == 0)
        {
            return -1;
        }

        var tag = Tag(hash);
        var slot = Home(hash);
        while ((uint)slot < (uint)tags.Length && tags[slot] != 0)
        {
            if (tags[slot] == tag && _entries[slot].Client == client)
            {
                return slot;
            }

            slot = Next(slot);
        }

        return -1;
    }

    /// <summary>Adds a client that is not in the table.</summary>
    /// <returns>Its slot; all slots known before are void.</returns>
    public int Add(in BucketEntry entry, ulong hash)
    {
        if (10L * (Count + 1) > 8L * Capacity)
        {
            Resize(Count + 1);
        }

        Count++;
        return Place(entry, hash);
    }

    /// <summary>Empties the slot. Clients behind it may move into it, none of them across the end of the table to a higher slot than before.</summary>
    public void RemoveAt(int slot)
    {
        var hole = slot;
        for (var next = Next(hole); _tags[next] != 0; next = Next(next))
        {
            // An entry may move back to the hole only when its home does not lie between the two.
            var home = Home(BucketHash.Of(_entries[next].Client));
            if (Distance(home, next) >= Distance(hole, next))
            {
                _entries[hole] = _entries[next];
                _tags[hole] = _tags[next];
                hole = next;
            }
        }

        _tags[hole] = 0;
        _entries[hole] = default;
        Count--;
    }

    /// <summary>Gives memory back when under two thirds of the slots are used.</summary>
    public void Shrink()
    {
        if (Count == 0)
        {
            (_tags, _entries) = ([], []);
        }
        else if (Capacity > SmallestShrink && 3L * Count < 2L * Capacity)
        {
            Resize(Count);
        }
    }

    private void Resize(int count)
    {
        var capacity = checked((int)(count * 10L / 7) + 2);
        var (oldTags, oldEntries) = (_tags, _entries);
        var (tags, entries) = (new byte[capacity], new BucketEntry[capacity]);
        (_tags, _entries) = (tags, entries);
        for (var slot = 0; slot < oldTags.Length; slot++)
        {
            if (oldTags[slot] != 0)
            {
                Place(oldEntries[slot], BucketHash.Of(oldEntries[slot].Client));
            }
        }
    }

    private readonly int Place(in BucketEntry entry, ulong hash)
    {
        var slot = Home(hash);
        while (_tags[slot] != 0)
        {
            slot = Next(slot);
        }

        _tags[slot] = Tag(hash);
        _entries[slot] = entry;
        return slot;
    }

    // The upper half picks the slot, the bits from 16 on the tag; the lowest bits have picked the shard.
    private readonly int Home(ulong hash) => (int)(((hash >> 32) * (ulong)_tags.Length) >> 32);

    private static byte Tag(ulong hash) => (byte)(1 + ((((uint)hash >> 16) * 255u) >> 16));

    private readonly int Next(int slot) => slot + 1 == _tags.Length ? 0 : slot + 1;

    private readonly int Distance(int from, int to) => to >= from ? to - from : to - from + _tags.Length;
}
