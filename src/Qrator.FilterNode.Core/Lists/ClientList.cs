using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Lists;

/// <summary>
/// One list of one service: clients and subnets with the time until which they are on it. Look-ups take no lock and allocate nothing;
/// changes lock one of the list's shards for nanoseconds. Whether an entry is over is decided at each look-up; counts follow
/// when <see cref="Sweep"/> comes by. An IPv4 entry takes at most 32 bytes. Safe for any number of threads.
/// All times are ticks of the node's clock (<see cref="Time.NodeClock"/>), kept to a tenth of a second; an entry never ends early.
/// </summary>
public sealed class ClientList
{
    private readonly ListTotals _totals;
    private readonly KeyedListFamily<IPv4Key> _ipv4;
    private readonly KeyedListFamily<IPv6Key> _ipv6;
    private readonly KeyedListFamily<IPv6LongKey> _longIPv6;
    private readonly KeyedListFamily<SubnetKey> _subnets;
    private readonly ListFamily[] _families;
    private readonly bool _repeats;
    private readonly Lock _sweeping = new();
    private int _sweepShard;

    /// <summary>An empty list.</summary>
    /// <param name="kind">On the blacklist an offence within 24 hours of the one before doubles the time, up to 8 hours.</param>
    /// <param name="maximum">Automatic entries at once; manual ones are never refused.</param>
    public ClientList(ListKind kind, int maximum)
        : this(kind, maximum, new())
    {
    }

    internal ClientList(ListKind kind, int maximum, RemovalMarks removals)
    {
        Kind = kind;
        _repeats = kind == ListKind.Blacklist;
        _totals = new(maximum, _repeats, new(), removals);
        (_ipv4, _ipv6, _longIPv6, _subnets) = (new(_totals), new(_totals), new(_totals), new(_totals));
        _families = [_ipv4, _ipv6, _longIPv6, _subnets];
    }

    /// <summary>Which list this is.</summary>
    public ListKind Kind { get; }

    /// <summary>How clients are told from subnets; MUST be set before the first entry comes.</summary>
    public ClientIdentity Identity { get; set; } = new(64);

    /// <summary>The entries on the list, as of the last sweep for those that ended by themselves.</summary>
    public int Count => _totals.Count;

    /// <summary>The bound for automatic entries; a smaller one takes effect on new entries.</summary>
    public int Maximum
    {
        get => _totals.Maximum;
        set => _totals.Maximum = value;
    }

    /// <summary>The slots in use and free, for sizing sweeps.</summary>
    public int Capacity => _families.Sum(family => family.Capacity);

    /// <summary>The entries that a source made, counted like <see cref="Count"/>.</summary>
    public int CountOf(ListSource source) => _totals.Live(source);

    /// <summary>How often something happened to entries of a source, since the list was made.</summary>
    public long Changes(ListSource source, ListChange change) => _totals.Changed(source, change);

    /// <summary>The cause to pass to <see cref="Add"/>; the same object for the same source and rule while the rule is in force.</summary>
    public ListingCause CauseOf(ListSource source, string rule) => _totals.Causes.GetOrAdd(source, rule);

    /// <summary>The cause of that source and rule if it can still list anybody: a rule of the configuration in force, or what needs no rule.</summary>
    public bool TryCause(ListSource source, string rule, [NotNullWhen(true)] out ListingCause? cause) => _totals.Causes.TryGet(source, rule, out cause);

    /// <summary>Who an entry stands for: the whole client when <paramref name="key"/> is in one, else the subnet.</summary>
    public NetworkPrefix KeyFor(NetworkPrefix key) => Identity.IsClient(key) ? Identity.PrefixOf(Identity.Of(key.Address)) : key;

    /// <summary>Whether the client, or a subnet that it is in, is on the list now.</summary>
    public bool Contains(in ClientKey client, long now)
    {
        if (_totals.Count == 0)
        {
            return false;
        }

        var tenth = ListTime.Floor(now);
        return HasOwn(client, tenth) || (_totals.Subnets.Any && IsInSubnet(client, tenth));
    }

    /// <summary>Puts a client on the list for a filter.</summary>
    /// <param name="client">Who.</param>
    /// <param name="cause">Why; a retired cause adds nothing.</param>
    /// <param name="now">Now, in ticks of the node's clock.</param>
    /// <param name="ttl">How long for a first offence.</param>
    /// <param name="entry">The client's entry afterwards; without meaning when it has none.</param>
    /// <param name="arrived">When the request came that the filter judges by; a client that was removed after that is not listed.</param>
    public AddResult Add(in ClientKey client, ListingCause cause, long now, TimeSpan ttl, out ListEntry entry, long arrived = long.MaxValue)
    {
        var result = FamilyOf(client).Add(client, 0, new(cause, now, arrived, ttl.Ticks, _repeats), out var after);
        entry = after == default ? default : _totals.EntryOf(after);
        return result;
    }

    /// <summary>
    /// Puts a client or a subnet on the list for an operator, also when the list is full. An entry that is there becomes the operator's and keeps
    /// the later end; a permanent one is left as it is.
    /// </summary>
    /// <param name="key">Who.</param>
    /// <param name="now">Now, in ticks of the node's clock.</param>
    /// <param name="until">Until when, later than <paramref name="now"/>; null for ever.</param>
    /// <param name="entry">The entry afterwards.</param>
    public AddResult Append(NetworkPrefix key, long now, long? until, out ListEntry entry)
    {
        var ttl = until is { } end ? Math.Max(1, end - now) : 0;
        var result = FamilyOf(key, out var address)
            .Add(address, key.KeyBits, new(CauseOf(ListSource.Api, ""), now, long.MaxValue, ttl, Repeats: false), out var after);
        entry = _totals.EntryOf(after);
        RenewRegions();
        return result;
    }

    /// <summary>
    /// Puts entries of an earlier run back, also when the list is full, and marks those that came back; one that is over but can still double the next is
    /// remembered. Adds nothing to what is known of a client already. Quickest with tens of thousands at once, which go from shard to shard together.
    /// </summary>
    /// <param name="entries">The entries, with causes of this list.</param>
    /// <param name="now">Now, in ticks of the node's clock.</param>
    /// <param name="since">A client that was removed at this moment or later is not put back.</param>
    public void Restore(Span<RestoredEntry> entries, long now, long since = long.MaxValue)
    {
        var buckets = ArrayPool<ushort>.Shared.Rent(entries.Length);
        var places = ArrayPool<int>.Shared.Rent(entries.Length);
        Span<int> ends = stackalloc int[_families.Length * ListFamily.Shards];
        Gather(entries, buckets, places, ends);
        var begin = 0;
        for (var bucket = 0; bucket < ends.Length; bucket++)
        {
            if (ends[bucket] > begin)
            {
                _families[bucket / ListFamily.Shards]
                    .Restore(bucket % ListFamily.Shards, entries, places.AsSpan(begin..ends[bucket]), _repeats, ListTime.Floor(now), since);
                begin = ends[bucket];
            }
        }

        ArrayPool<ushort>.Shared.Return(buckets);
        ArrayPool<int>.Shared.Return(places);
        RenewRegions();
    }

    /// <summary>Takes a client off the list; it starts clean, without memory of offences. False when it was not on it.</summary>
    public bool Remove(in ClientKey client, long now)
    {
        _totals.Removals.Mark(client, now);
        FamilyOf(client).Remove(client, 0, ListTime.Floor(now), out var wasLive);
        return wasLive;
    }

    /// <summary>Takes a client or a subnet off the list; it starts clean, without memory of offences.</summary>
    /// <param name="key">Who.</param>
    /// <param name="now">Now, in ticks of the node's clock.</param>
    /// <param name="wasListed">Whether it was on the list; else only remembered.</param>
    /// <returns>False when nothing was known of it.</returns>
    public bool Forget(NetworkPrefix key, long now, out bool wasListed)
    {
        var family = FamilyOf(key, out var address);
        if (family != _subnets)
        {
            _totals.Removals.Mark(address, now);
        }

        return family.Remove(address, key.KeyBits, ListTime.Floor(now), out wasListed);
    }

    /// <summary>Takes everything off the list, without memory of offences. Returns who was on it.</summary>
    public IReadOnlyList<NetworkPrefix> Flush(long now)
    {
        _totals.Removals.MarkAll(now);
        return [.. _families.SelectMany(family => family.Flush(ListTime.Floor(now))).Select(gone => KeyOf(gone.Address, gone.SubnetBits))];
    }

    /// <summary>The client's own entry, if it is on the list now. For people: takes the shard's lock.</summary>
    public bool TryGet(in ClientKey client, long now, out ListEntry entry) => TryGet(FamilyOf(client), client, 0, now, out entry);

    /// <summary>The own entry of a client or a subnet, if it is on the list now. For people: takes the shard's lock.</summary>
    public bool TryGet(NetworkPrefix key, long now, out ListEntry entry)
    {
        var family = FamilyOf(key, out var address);
        return TryGet(family, address, key.KeyBits, now, out entry);
    }

    /// <summary>
    /// What <see cref="Restore"/> would be given of a client or a subnet: its own entry, also one that is over and remembered because it can double
    /// the next. False when nothing is known of it. For the disk: takes the shard's lock.
    /// </summary>
    public bool TryRecall(NetworkPrefix key, long now, out ListEntry entry)
    {
        var tenth = ListTime.Floor(now);
        var found = FamilyOf(key, out var address).TryGet(address, key.KeyBits, out var state)
            && (state.Expires > tenth || (_repeats && ListHistory.IsPartOf(state.Expires, state.Created, tenth)));
        entry = found ? _totals.EntryOf(state) : default;
        return found;
    }

    /// <summary>
    /// Everybody that <see cref="TryRecall"/> may know something of, in the order of <see cref="Entries"/>. Locks one shard at a time, while its
    /// entries are copied.
    /// </summary>
    public IEnumerable<NetworkPrefix> Known() => _families
        .SelectMany(family => family.Live(ListTime.Removed, new ListFamily.Skipped(0)))
        .Select(known => KeyOf(known.Address, known.SubnetBits));

    /// <summary>The entry that holds for a client or a subnet now: its own, or else that of the longest subnet around it. For people: takes locks.</summary>
    public bool TryFind(NetworkPrefix key, long now, out NetworkPrefix found, out ListEntry entry)
    {
        var family = FamilyOf(key, out var address);
        found = family == _subnets ? key : KeyOf(address, 0);
        if (TryGet(family, address, key.KeyBits, now, out entry))
        {
            return true;
        }

        for (var bits = _totals.Subnets.LongestAround(address, Math.Min(key.KeyBits, 127)); bits > 0; bits = _totals.Subnets.LongestAround(address, bits - 1))
        {
            if (TryGet(_subnets, address, bits, now, out entry))
            {
                found = NetworkPrefix.Of(address, bits);
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// What is on the list now, in an order that stays as it is while entries come and go, so that it can be read in pages. Locks one shard
    /// at a time, while its entries are copied; to leave out the first <paramref name="skip"/> takes 2 ns each.
    /// </summary>
    public IEnumerable<(NetworkPrefix Key, ListEntry Entry)> Entries(long now, int skip = 0)
    {
        var skipped = new ListFamily.Skipped(skip);
        return _families
            .SelectMany(family => family.Live(ListTime.Floor(now), skipped))
            .Select(live => (KeyOf(live.Address, live.SubnetBits), _totals.EntryOf(live.State)));
    }

    /// <summary>
    /// Ends the entries of every rule that is not in <paramref name="inForce"/>, and keeps requests that began under those rules from
    /// adding more. Returns how many ended. Not to be called by two threads at once.
    /// </summary>
    /// <param name="inForce">The causes to keep.</param>
    /// <param name="now">Now, in ticks of the node's clock.</param>
    /// <param name="retired">The causes that are gone.</param>
    public int RetireAllBut(IReadOnlySet<ListingCause> inForce, long now, out IReadOnlyList<ListingCause> retired)
    {
        retired = _totals.Causes.Retire(inForce);
        if (retired.Count == 0)
        {
            return 0;
        }

        var removed = _families.Sum(family => family.RemoveRetired(ListTime.Floor(now)));
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
            var shards = _families.Length * ListFamily.Shards;
            for (var visited = 0; slots > 0 && visited < shards; visited++)
            {
                var done = _families[_sweepShard / ListFamily.Shards].Sweep(_sweepShard % ListFamily.Shards, tenth, ref slots);
                _sweepShard = done ? (_sweepShard + 1) % shards : _sweepShard;
            }

            RenewRegions();
        }
    }

    private ListFamily FamilyOf(in ClientKey client) => client.IsIPv4 ? _ipv4 : client.Low == 0 ? _ipv6 : _longIPv6;

    // A subnet inside one client is that client.
    private ListFamily FamilyOf(NetworkPrefix key, out ClientKey address)
    {
        var isClient = Identity.IsClient(key);
        address = isClient ? Identity.Of(key.Address) : key.Address;
        return isClient ? FamilyOf(address) : _subnets;
    }

    // Counts what goes to each shard of each family, and then puts the places of the entries in that order.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Gather(Span<RestoredEntry> entries, ushort[] buckets, int[] places, Span<int> ends)
    {
        ends.Clear();
        for (var i = 0; i < entries.Length; i++)
        {
            ref var entry = ref entries[i];
            if (!entry.IsRefused)
            {
                var isClient = Identity.IsClient(entry.Address, entry.KeyBits);
                entry.Address = isClient ? Identity.Of(entry.Address) : entry.Address;
                var family = !isClient ? 3 : entry.Address.IsIPv4 ? 0 : entry.Address.Low == 0 ? 1 : 2;
                buckets[i] = (ushort)((family * ListFamily.Shards) + _families[family].ShardOf(entry.Address, entry.KeyBits));
                ends[buckets[i]]++;
            }
        }

        var end = 0;
        foreach (ref var count in ends)
        {
            (count, end) = (end, end + count);
        }

        for (var i = 0; i < entries.Length; i++)
        {
            if (!entries[i].IsRefused)
            {
                places[ends[buckets[i]]++] = i;
            }
        }
    }

    private NetworkPrefix KeyOf(in ClientKey address, int subnetBits) =>
        subnetBits > 0 ? NetworkPrefix.Of(address, subnetBits) : Identity.PrefixOf(address);

    private bool TryGet(ListFamily family, in ClientKey address, int bits, long now, out ListEntry entry)
    {
        var found = family.TryGet(address, bits, out var state) && state.Expires > ListTime.Floor(now);
        entry = found ? _totals.EntryOf(state) : default;
        return found;
    }

    private bool HasOwn(in ClientKey client, uint now) => client.IsIPv4 ? _ipv4.Contains(new(client.IPv4), now)
        : client.Low == 0 ? _ipv6.Contains(new(client.High), now)
        : _longIPv6.Contains(new(client), now);

    private bool IsInSubnet(in ClientKey client, uint now)
    {
        if (client.IsIPv4 && !_totals.Subnets.MayBeAround(client.IPv4))
        {
            return false;
        }

        for (var bits = _totals.Subnets.LongestAround(client, 127); bits > 0; bits = _totals.Subnets.LongestAround(client, bits - 1))
        {
            if (_subnets.Contains(new(client.Prefix(bits), bits), now))
            {
                return true;
            }
        }

        return false;
    }

    // Never under the lock of a shard.
    private void RenewRegions()
    {
        if (_totals.Subnets.IsWorthRenewing)
        {
            _totals.Subnets.Renew(_subnets.Counted());
        }
    }
}
