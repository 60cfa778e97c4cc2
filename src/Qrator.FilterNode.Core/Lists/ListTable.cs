using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Qrator.FilterNode.Lists;

/// <summary>
/// The slots of one shard: an open-addressing hash table whose slots are probed in groups of 16 (after the Swiss tables of Abseil). One byte of hash
/// for each slot stands apart, so that a look-up of a client that is not there reads little memory, and mostly one cache line of it.
/// A slot is published by its tag and never used for another key, so readers take no lock; writers MUST hold the lock of the shard.
/// An IPv4 slot takes 17 bytes; a table is between five and seven eighths full while it grows, which makes 27 bytes an entry at most.
/// </summary>
internal sealed class ListTable<TKey>
    where TKey : unmanaged, IListKey<TKey>
{
    private const int Group = 16;

    // 0 is a slot that was never used.
    private readonly byte[] _tags;
    private readonly ListSlot<TKey>[] _slots;
    private readonly ListRecord[] _records;
    private readonly int _groups;

    private ListTable(int groups)
    {
        _groups = groups;
        _tags = new byte[groups * Group];
        _slots = GC.AllocateUninitializedArray<ListSlot<TKey>>(groups * Group);
        _records = GC.AllocateUninitializedArray<ListRecord>(groups * Group);
    }

    private ListTable()
    {
        _groups = 1;
        _tags = new byte[Group];
        _slots = [];
        _records = [];
    }

    /// <summary>The table that has no slots. Nothing may be added to it.</summary>
    public static ListTable<TKey> Empty { get; } = new();

    /// <summary>All slots.</summary>
    public int Capacity => _slots.Length;

    /// <summary>The slots that have a key.</summary>
    public int Used { get; private set; }

    /// <summary>Whether one more key would make the probes long.</summary>
    public bool IsFull => Used >= Capacity / 8 * 7;

    /// <summary>A table that has room for so many keys, and for more.</summary>
    public static ListTable<TKey> For(int keys) => keys == 0 ? Empty : new(CapacityFor(keys) / Group);

    /// <summary>The slots of a table for so many keys.</summary>
    public static int CapacityFor(int keys) => keys == 0 ? 0 : (int)(((keys * 8L / 5) + Group) / Group) * Group;

    public bool IsUsed(int index) => _tags[index] != 0;

    public ref ListSlot<TKey> Slot(int index) => ref _slots[index];

    public ref ListRecord Record(int index) => ref _records[index];

    /// <summary>When the key's entry ends or has ended; 0 without one. Safe beside a writer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint ExpiryOf(in TKey key, ulong hash)
    {
        var index = Find(key, hash);
        return index < 0 ? 0 : Volatile.Read(ref At(_slots, index).Expires);
    }

    /// <summary>The slot of the key, or -1. Safe beside a writer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(in TKey key, ulong hash)
    {
        var wanted = Vector128.Create(Tag(hash));
        for (var group = Home(hash); ; group = group + 1 == _groups ? 0 : group + 1)
        {
            var tags = Vector128.LoadUnsafe(ref At(_tags, group * Group));
            Volatile.ReadBarrier();
            for (var hits = Vector128.Equals(tags, wanted).ExtractMostSignificantBits(); hits != 0; hits &= hits - 1)
            {
                var index = (group * Group) + BitOperations.TrailingZeroCount(hits);
                if (At(_slots, index).Key.Equals(key))
                {
                    return index;
                }
            }

            if (Vector128.EqualsAny(tags, Vector128<byte>.Zero))
            {
                return -1;
            }
        }
    }

    /// <summary>Adds a key that is not there, to a table that is not full.</summary>
    public void Add(in TKey key, ulong hash, uint expires, in ListRecord record)
    {
        var group = Home(hash);
        uint free;
        while ((free = Vector128.Equals(Vector128.LoadUnsafe(ref At(_tags, group * Group)), Vector128<byte>.Zero).ExtractMostSignificantBits()) == 0)
        {
            group = group + 1 == _groups ? 0 : group + 1;
        }

        var index = (group * Group) + BitOperations.TrailingZeroCount(free);
        _slots[index] = new() { Key = key, Expires = expires };
        _records[index] = record;
        Used++;
        Volatile.Write(ref _tags[index], Tag(hash));
    }

    // Indexes come from the tables themselves; the arrays' lengths lie in cache lines that nothing else needs.
    private static ref T At<T>(T[] array, int index) => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(array), index);

    // The highest bits have picked the shard, the lower half picks the group, the bits between the tag.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Home(ulong hash) => (int)(((hash & uint.MaxValue) * (uint)_groups) >> 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte Tag(ulong hash) => (byte)(1 + ((((uint)(hash >> 32) & 0xFFFF) * 255) >> 16));
}
