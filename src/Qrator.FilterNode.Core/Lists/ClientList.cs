using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Lists;

/// <summary>
/// One list of one service: clients with the time until which they are on it. Look-ups take no lock and allocate nothing;
/// changes lock one of the list's shards for nanoseconds. Whether an entry is over is decided at each look-up; counts follow
/// when <see cref="Sweep"/> comes by. An IPv4 entry takes 16 bytes in a table that is at least half full. Safe for any number of threads.
/// All times are ticks of the node's clock (<see cref="Time.NodeClock"/>), kept to a tenth of a second; an entry never ends early.
/// </summary>
public sealed class ClientList
{
    internal const int Shards = 32;
    private const int ShardShift = 59;

    private readonly ListTotals _totals;
    private readonly ListShard<uint>[] _ipv4;
    private readonly ListShard<ClientKey>[] _ipv6;
    private readonly bool _repeats;
    private readonly Lock _sweeping = new();
    private int _sweepShard;

    /// <summary>An empty list.</summary>
    /// <param name="kind">On the blacklist an offence within 24 hours of the one before doubles the time, up to 8 hours.</param>
    /// <param name="maximum">Automatic entries at once; manual ones are never refused.</param>
    public ClientList(ListKind kind, int maximum)
    {
        Kind = kind;
        _repeats = kind == ListKind.Blacklist;
        _totals = new(maximum, new());
        _ipv4 = [.. Enumerable.Range(0, Shards).Select(_ => new ListShard<uint>(_totals))];
        _ipv6 = [.. Enumerable.Range(0, Shards).Select(_ => new ListShard<ClientKey>(_totals))];
    }

    /// <summary>Which list this is.</summary>
    public ListKind Kind { get; }

    /// <summary>The entries on the list, as of the last sweep for those that ended by themselves.</summary>
    public int Count => _totals.Count;

    /// <summary>The bound for automatic entries; a smaller one takes effect on new entries.</summary>
    public int Maximum
    {
        get => _totals.Maximum;
        set => _totals.Maximum = value;
    }

    /// <summary>The slots in use and free, for sizing sweeps.</summary>
    public int Capacity => _ipv4.Sum(shard => shard.Capacity) + _ipv6.Sum(shard => shard.Capacity);

    /// <summary>The entries that a source made, counted like <see cref="Count"/>.</summary>
    public int CountOf(ListSource source) => _totals.Live(source);

    /// <summary>How often something happened to entries of a source, since the list was made.</summary>
    public long Changes(ListSource source, ListChange change) => _totals.Changed(source, change);

    /// <summary>The cause to pass to <see cref="Add"/>; the same object for the same source and rule while the rule is in force.</summary>
    public ListingCause CauseOf(ListSource source, string rule) => _totals.Causes.GetOrAdd(source, rule);

    /// <summary>Whether the client is on the list now.</summary>
    public bool Contains(in ClientKey client, long now)
    {
        if (_totals.Count == 0)
        {
            return false;
        }

        if (client.IsIPv4)
        {
            var hash = _totals.Hash(client.IPv4);
            return _ipv4[hash >> ShardShift].Contains(client.IPv4, hash, ListTime.Floor(now));
        }
        else
        {
            var hash = _totals.Hash(client);
            return _ipv6[hash >> ShardShift].Contains(client, hash, ListTime.Floor(now));
        }
    }

    /// <summary>Puts a client on the list for a filter.</summary>
    /// <param name="client">Who.</param>
    /// <param name="cause">Why; a retired cause adds nothing.</param>
    /// <param name="now">Now, in ticks of the node's clock.</param>
    /// <param name="ttl">How long for a first offence.</param>
    /// <param name="until">Until when the client is on the list; without meaning when it is not on it afterwards.</param>
    public AddResult Add(in ClientKey client, ListingCause cause, long now, TimeSpan ttl, out long until)
    {
        var addition = new ListAddition(cause, now, ttl.Ticks, _repeats, Forced: false);
        AddResult result;
        uint expires;
        if (client.IsIPv4)
        {
            var hash = _totals.Hash(client.IPv4);
            result = _ipv4[hash >> ShardShift].Add(client.IPv4, hash, addition, out expires);
        }
        else
        {
            var hash = _totals.Hash(client);
            result = _ipv6[hash >> ShardShift].Add(client, hash, addition, out expires);
        }

        until = ListTime.ToTicks(expires);
        return result;
    }

    /// <summary>Takes a client off the list; it starts clean, without memory of offences. False when it was not on it.</summary>
    public bool Remove(in ClientKey client, long now)
    {
        if (client.IsIPv4)
        {
            var hash = _totals.Hash(client.IPv4);
            return _ipv4[hash >> ShardShift].Remove(client.IPv4, hash, ListTime.Floor(now));
        }
        else
        {
            var hash = _totals.Hash(client);
            return _ipv6[hash >> ShardShift].Remove(client, hash, ListTime.Floor(now));
        }
    }

    /// <summary>The client's entry, if it is on the list now. For people: takes the shard's lock.</summary>
    public bool TryGet(in ClientKey client, long now, out ListEntry entry)
    {
        entry = default;
        if (client.IsIPv4)
        {
            var hash = _totals.Hash(client.IPv4);
            return _ipv4[hash >> ShardShift].TryGet(client.IPv4, hash, out var slot) && IsLive(slot, now, ref entry);
        }
        else
        {
            var hash = _totals.Hash(client);
            return _ipv6[hash >> ShardShift].TryGet(client, hash, out var slot) && IsLive(slot, now, ref entry);
        }
    }

    /// <summary>
    /// Ends the entries of every rule that is not in <paramref name="inForce"/>, and keeps requests that began under those rules from
    /// adding more. Returns how many ended. Not to be called by two threads at once.
    /// </summary>
    public int RetireAllBut(IReadOnlySet<ListingCause> inForce, long now)
    {
        var retired = _totals.Causes.Retire(inForce);
        if (retired.Count == 0)
        {
            return 0;
        }

        var tenth = ListTime.Floor(now);
        var removed = _ipv4.Sum(shard => shard.RemoveRetired(tenth)) + _ipv6.Sum(shard => shard.RemoveRetired(tenth));
        _totals.Causes.Free(retired);
        return removed;
    }

    /// <summary>
    /// Looks at up to <paramref name="slots"/> slots, from where the last call stopped, for entries whose time is over: takes them out of the
    /// counts and gives memory back. One call at a time; a second waits.
    /// </summary>
    public void Sweep(long now, int slots)
    {
        lock (_sweeping)
        {
            var tenth = ListTime.Floor(now);
            for (var visited = 0; slots > 0 && visited < 2 * Shards; visited++)
            {
                var done = _sweepShard < Shards
                    ? _ipv4[_sweepShard].Sweep(tenth, ref slots)
                    : _ipv6[_sweepShard - Shards].Sweep(tenth, ref slots);
                _sweepShard = done ? (_sweepShard + 1) % (2 * Shards) : _sweepShard;
            }
        }
    }

    private bool IsLive<TKey>(in Slot<TKey> slot, long now, ref ListEntry entry)
        where TKey : unmanaged
    {
        if (slot.Expires <= ListTime.Floor(now))
        {
            return false;
        }

        var cause = _totals.Cause(slot.Cause);
        entry = new(
            cause.Source,
            cause.Rule,
            ListTime.ToTicks(slot.Created),
            slot.Expires == ListTime.Permanent ? null : ListTime.ToTicks(slot.Expires),
            slot.Offences);
        return true;
    }
}
