using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Qrator.FilterNode.Lists;

/// <summary>
/// The slots of one shard: an open-addressing hash table of groups of 14 or 7 slots (after the Swiss tables of Abseil). One byte of hash for each slot stands
/// apart, so that a look-up of a client that is not there, as nearly all are, reads little memory: 1.6 MB for a million. The group itself is one cache line:
/// four or eight bytes of each key, which are all of an IPv4 client and of a usual IPv6 one, and a <see cref="GroupHead"/>. A look-up that finds its client
/// reads that line and mostly nothing else; when the soonest end of the group has come, also the entry's own end. That is 6 to 8 MB for a million of IPv4.
/// A slot is published by its tag and never used for another key, so readers take no lock; writers MUST hold the lock of the shard.
/// An IPv4 slot takes 17.7 bytes; a table is between five and seven eighths full while it grows, which makes 29 bytes an entry at most.
/// </summary>
internal sealed class ListTable<TKey>
    where TKey : unmanaged, IListKey<TKey>
{
    private const int GroupWords = 8;
    private const int HeadWord = 7;
    private const int GroupBytes = GroupWords * sizeof(ulong);

    // The groups, and behind them the tags. Pinned, so that a group that begins with a cache line goes on doing so.
    private readonly ulong[] _words;
    private readonly int _first;
    private readonly int _firstTag;
    private readonly int _groups;
    private readonly uint[] _ends;
    private readonly ListRecord[] _records;

    // Empty where the cell is the whole key.
    private readonly TKey[] _keys;

    private unsafe ListTable(int groups)
    {
        _groups = groups;
        _words = GC.AllocateArray<ulong>((groups * (GroupWords + TagWords)) + HeadWord, pinned: true);
        var address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_words));
        _first = (int)(((GroupBytes - (address % GroupBytes)) % GroupBytes) / sizeof(ulong));
        _firstTag = _first + (groups * GroupWords);
        _ends = GC.AllocateUninitializedArray<uint>(groups * Slots);
        _records = GC.AllocateUninitializedArray<ListRecord>(groups * Slots);
        _keys = TKey.IsCell ? [] : GC.AllocateUninitializedArray<TKey>(groups * Slots);
    }

    private ListTable()
    {
        _groups = 1;
        _firstTag = GroupWords;
        _words = new ulong[GroupWords + TagWords];
        (_ends, _records, _keys) = ([], [], []);
    }

    /// <summary>The table that has no slots. Nothing may be added to it.</summary>
    public static ListTable<TKey> Empty { get; } = new();

    /// <summary>The slots of a group.</summary>
    public static int Slots => GroupHead.CellsBytes / TKey.CellBytes;

    /// <summary>All slots.</summary>
    public int Capacity => _ends.Length;

    /// <summary>The groups of them.</summary>
    public int Groups => Capacity / Slots;

    /// <summary>The slots that have a key.</summary>
    public int Used { get; private set; }

    /// <summary>Whether so many keys more make the probes not long.</summary>
    public bool HasRoomFor(int more) => Used + more <= Capacity * 7L / 8;

    // 16 or 8 bytes of tags for a group.
    private static int TagWords => Slots / 7;

    // The last of the bytes beside the tags: whether a key that belongs to the group had to go on to the next.
    private static int PassedByte => (TagWords * sizeof(ulong)) - 1;

    /// <summary>A table that has room for so many keys, and for more.</summary>
    public static ListTable<TKey> For(int keys) => keys == 0 ? Empty : new(CapacityFor(keys) / Slots);

    /// <summary>The slots of a table for so many keys.</summary>
    public static int CapacityFor(int keys) => keys == 0 ? 0 : (int)(((keys * 8L / 5) + Slots) / Slots) * Slots;

    /// <summary>Whether the key has an entry that ends after <paramref name="now"/>. Safe beside a writer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Holds(in TKey key, ulong hash, uint now)
    {
        var wanted = Vector128.Create(TagOf(hash));
        for (var group = Home(hash); ; group = Next(group))
        {
            Prefetch(group);
            var tags = LoadTags(ref TagsOf(group));
            Volatile.ReadBarrier();
            if (Vector128.EqualsAny(tags, wanted))
            {
                var head = HeadOf(group);
                for (var hits = Matches(ref WordsOf(group), key.CellOf(hash)) & head.Used; hits != 0; hits &= hits - 1)
                {
                    var slot = BitOperations.TrailingZeroCount(hits);
                    var index = (group * Slots) + slot;
                    if (TKey.IsCell || At(_keys, index).Equals(key))
                    {
                        return head.IsCounted(slot) && (head.SoonestEnd > now || Volatile.Read(ref At(_ends, index)) > now);
                    }
                }
            }

            if ((TagWords == 2 ? tags.GetElement(15) : tags.GetElement(7)) == 0)
            {
                return false;
            }
        }
    }

    /// <summary>The slot of the key, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Find(in TKey key, ulong hash)
    {
        for (var group = Home(hash); ; group = Next(group))
        {
            var head = HeadOf(group);
            for (var hits = Matches(ref WordsOf(group), key.CellOf(hash)) & head.Used; hits != 0; hits &= hits - 1)
            {
                var index = (group * Slots) + BitOperations.TrailingZeroCount(hits);
                if (TKey.IsCell || _keys[index].Equals(key))
                {
                    return index;
                }
            }

            if (Unsafe.Add(ref TagsOf(group), PassedByte) == 0)
            {
                return -1;
            }
        }
    }

    /// <summary>Adds a key that is not there, to a table that is not full. Returns its slot.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Add(in TKey key, ulong hash, uint end, in ListRecord record, bool isCounted)
    {
        var group = Home(hash);
        for (; HeadOf(group).IsFull(Slots); group = Next(group))
        {
            Volatile.Write(ref Unsafe.Add(ref TagsOf(group), PassedByte), 1);
        }

        var head = HeadOf(group);
        var slot = head.FirstFree;
        var index = (group * Slots) + slot;
        SetCell(group, slot, key.CellOf(hash));
        _ends[index] = end;
        _records[index] = record;
        if (!TKey.IsCell)
        {
            _keys[index] = key;
        }

        Used++;
        head = head.WithUsed(slot);
        Publish(group, isCounted ? head.WithCounted(slot, end) : head);
        Volatile.Write(ref Unsafe.Add(ref TagsOf(group), slot), TagOf(hash));
        return index;
    }

    public bool IsUsed(int index) => HeadOf(GroupOf(index)).IsUsed(SlotOf(index));

    /// <summary>Whether the entry is in the counts: it was entered, and nobody has seen yet that it is over.</summary>
    public bool IsCounted(int index) => HeadOf(GroupOf(index)).IsCounted(SlotOf(index));

    public TKey Key(int index) => TKey.IsCell ? TKey.OfCell(CellAt(GroupOf(index), SlotOf(index))) : _keys[index];

    /// <summary>When the entry ends or has ended: a moment of <see cref="ListTime"/>, or one of its marks.</summary>
    public uint End(int index) => _ends[index];

    public ref ListRecord Record(int index) => ref _records[index];

    /// <summary>Moves the end of an entry, to later.</summary>
    public void Prolong(int index, uint end) => Volatile.Write(ref _ends[index], end);

    /// <summary>Counts an entry that is not counted, with a new end.</summary>
    public void Count(int index, uint end)
    {
        Volatile.Write(ref _ends[index], end);
        Publish(GroupOf(index), HeadOf(GroupOf(index)).WithCounted(SlotOf(index), end));
    }

    /// <summary>Ends an entry for readers.</summary>
    public void Uncount(int index) => Publish(GroupOf(index), HeadOf(GroupOf(index)).WithoutCounted(SlotOf(index)));

    /// <summary>Lets nothing be known of the key of an entry that is not counted.</summary>
    public void Forget(int index)
    {
        _ends[index] = ListTime.Removed;
        _records[index].Offences = 0;
    }

    /// <summary>The counted slots of a group that end by <paramref name="now"/>, a bit for each. Mostly told by the head alone.</summary>
    public uint EndedOf(int group, uint now)
    {
        var head = HeadOf(group);
        var ended = 0u;
        for (var counted = head.SoonestEnd > now ? 0 : head.Counted; counted != 0; counted &= counted - 1)
        {
            var slot = BitOperations.TrailingZeroCount(counted);
            ended |= _ends[(group * Slots) + slot] <= now ? 1u << slot : 0;
        }

        return ended;
    }

    /// <summary>Whether look-ups have to ask for each end of the group, because the soonest has come, or once was there.</summary>
    public bool IsDue(int group, uint now) => HeadOf(group).SoonestEnd <= now;

    /// <summary>Looks up again when the first of a group ends.</summary>
    public void RefreshSoonestEnd(int group)
    {
        var head = HeadOf(group);
        var soonest = ListTime.Permanent;
        for (var counted = head.Counted; counted != 0; counted &= counted - 1)
        {
            soonest = Math.Min(soonest, _ends[(group * Slots) + BitOperations.TrailingZeroCount(counted)]);
        }

        Publish(group, head.WithSoonestEnd(soonest));
    }

    /// <summary>How many entries end after <paramref name="now"/>.</summary>
    public int CountLive(uint now)
    {
        var live = 0;
        for (var group = 0; group < Groups; group++)
        {
            live += BitOperations.PopCount(HeadOf(group).Counted & ~EndedOf(group, now));
        }

        return live;
    }

    // Indexes come from the tables themselves; the arrays' lengths lie in cache lines that nothing else needs.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref T At<T>(T[] array, int index) => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(array), index);

    // Behind eight tags zeros, which no tag is.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> LoadTags(ref byte tags) => TagWords == 2
        ? Vector128.LoadUnsafe(ref tags)
        : Vector128.CreateScalar(Unsafe.As<byte, ulong>(ref tags)).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Matches(ref ulong words, ulong cell) => TKey.CellBytes == sizeof(ulong)
        ? LanesOf(ref words, cell)
        : LanesOf(ref Unsafe.As<ulong, uint>(ref words), (uint)cell);

    // The lanes of the head may match too; whoever asks masks them out.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint LanesOf<T>(ref T cells, T cell) => Vector512.IsHardwareAccelerated
        ? (uint)Vector512.Equals(Vector512.LoadUnsafe(ref cells), Vector512.Create(cell)).ExtractMostSignificantBits()
        : Vector256.Equals(Vector256.LoadUnsafe(ref cells), Vector256.Create(cell)).ExtractMostSignificantBits()
            | (Vector256.Equals(Vector256.LoadUnsafe(ref cells, (nuint)Vector256<T>.Count), Vector256.Create(cell)).ExtractMostSignificantBits()
                << Vector256<T>.Count);

    private static int GroupOf(int index) => index / Slots;

    private static int SlotOf(int index) => index % Slots;

    // Asks for the group while its tags are still on their way, so that a client that is there costs one wait for memory instead of two.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private unsafe void Prefetch(int group)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref WordsOf(group)));
        }
    }

    // The highest bits have picked the shard, the lower half picks the group, the bits between them are the tag; no tag is 0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte TagOf(ulong hash) => (byte)(1 + ((((uint)(hash >> 32) & 0xFFFF) * 255) >> 16));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Home(ulong hash) => (int)(((hash & uint.MaxValue) * (uint)_groups) >> 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Next(int group) => group + 1 == _groups ? 0 : group + 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref ulong WordsOf(int group) => ref At(_words, _first + (group * GroupWords));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref byte TagsOf(int group) => ref Unsafe.As<ulong, byte>(ref At(_words, _firstTag + (group * TagWords)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong CellAt(int group, int slot) => TKey.CellBytes == sizeof(ulong)
        ? Unsafe.Add(ref WordsOf(group), slot)
        : Unsafe.Add(ref Unsafe.As<ulong, uint>(ref WordsOf(group)), slot);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void SetCell(int group, int slot, ulong cell)
    {
        if (TKey.CellBytes == sizeof(ulong))
        {
            Unsafe.Add(ref WordsOf(group), slot) = cell;
        }
        else
        {
            Unsafe.Add(ref Unsafe.As<ulong, uint>(ref WordsOf(group)), slot) = (uint)cell;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private GroupHead HeadOf(int group) => new(Volatile.Read(ref Unsafe.Add(ref WordsOf(group), HeadWord)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Publish(int group, GroupHead head) => Volatile.Write(ref Unsafe.Add(ref WordsOf(group), HeadWord), head.Bits);
}
