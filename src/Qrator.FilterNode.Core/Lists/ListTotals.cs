using System.Runtime.CompilerServices;

namespace Qrator.FilterNode.Lists;

/// <summary>What the shards of one list share: counts by source, the bound, the causes, the removals and the seed of the hash.</summary>
internal sealed class ListTotals
{
    private static readonly int Sources = Enum.GetValues<ListSource>().Length;
    private static readonly int Changes = Enum.GetValues<ListChange>().Length;

    private readonly int[] _live = new int[Sources];
    private readonly long[] _changes = new long[Sources * Changes];
    private readonly ulong _seedHigh = (ulong)Random.Shared.NextInt64();
    private readonly ulong _seedLow = (ulong)Random.Shared.NextInt64();
    private readonly bool _repeats;
    private int _count;
    private int _maximum;

    public ListTotals(int maximum, bool repeats, CauseTable causes, RemovalMarks removals)
    {
        _repeats = repeats;
        _maximum = maximum;
        Causes = causes;
        Removals = removals;
    }

    public CauseTable Causes { get; }

    public RemovalMarks Removals { get; }

    public SubnetRegions Subnets { get; } = new();

    public int Count => Volatile.Read(ref _count);

    public int Maximum
    {
        get => Volatile.Read(ref _maximum);
        set => Volatile.Write(ref _maximum, value);
    }

    /// <summary>How many entries that are over a shard may remember.</summary>
    public int HistoryOfShard => _repeats ? (Maximum / ListFamily.Shards) + 8 : 0;

    public int Live(ListSource source) => Volatile.Read(ref _live[(int)source]);

    public long Changed(ListSource source, ListChange change) => Volatile.Read(ref _changes[((int)source * Changes) + (int)change]);

    public ListingCause Cause(ushort index) => Causes[index];

    public ListEntry EntryOf(in ListState state)
    {
        var cause = Causes[state.Cause];
        return new(
            cause.Source,
            cause.Rule,
            ListTime.ToTicks(state.Created),
            state.Expires == ListTime.Permanent ? null : ListTime.ToTicks(state.Expires),
            state.Offences);
    }

    /// <summary>
    /// A hash with a seed of this list, so that nobody outside can choose addresses that collide. Multiply and fold, as in wyhash (Wang Yi, 2019).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Hash<TKey>(in TKey key)
        where TKey : unmanaged, IListKey<TKey>
    {
        var folded = Math.BigMul(key.Low ^ _seedLow, key.High ^ _seedHigh ^ 0x9E37_79B9_7F4A_7C15, out var product) ^ product;
        return Math.BigMul(folded ^ _seedHigh, 0xA076_1D64_78BD_642F, out product) ^ product;
    }

    /// <summary>Takes a place for an entry, unless the list is full and the entry is not <paramref name="forced"/>.</summary>
    public bool TryTake<TKey>(in TKey key, ListSource source, ListChange change, bool forced)
        where TKey : unmanaged, IListKey<TKey>
    {
        if (Interlocked.Increment(ref _count) > Maximum && !forced)
        {
            Interlocked.Decrement(ref _count);
            Note(source, ListChange.Refused);
            return false;
        }

        Enter(key);
        Interlocked.Increment(ref _live[(int)source]);
        Note(source, change);
        return true;
    }

    /// <summary>Takes places for entries of an earlier run, also when the list is full.</summary>
    public void TakeRestored(ListSource source, int count)
    {
        if (count > 0)
        {
            Interlocked.Add(ref _count, count);
            Interlocked.Add(ref _live[(int)source], count);
            Interlocked.Add(ref _changes[((int)source * Changes) + (int)ListChange.Restored], count);
        }
    }

    /// <summary>Makes a key that comes into a table be found, if it is a subnet.</summary>
    public void Enter<TKey>(in TKey key)
        where TKey : unmanaged, IListKey<TKey>
    {
        if (key.SubnetBits > 0)
        {
            Subnets.Enter(key.Address, key.SubnetBits);
        }
    }

    public void Give<TKey>(in TKey key, ushort cause, ListChange change)
        where TKey : unmanaged, IListKey<TKey>
    {
        if (key.SubnetBits > 0)
        {
            Subnets.Leave(key.Address, key.SubnetBits);
        }

        var source = Causes[cause].Source;
        Interlocked.Decrement(ref _count);
        Interlocked.Decrement(ref _live[(int)source]);
        Note(source, change);
    }

    public void Moved(ushort from, ListSource to)
    {
        Interlocked.Decrement(ref _live[(int)Causes[from].Source]);
        Interlocked.Increment(ref _live[(int)to]);
        Note(to, ListChange.Extended);
    }

    private void Note(ListSource source, ListChange change) => Interlocked.Increment(ref _changes[((int)source * Changes) + (int)change]);
}
