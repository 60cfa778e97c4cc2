using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Lists;

/// <summary>A client list as the specification words it: one dictionary, walked over whenever time matters.</summary>
internal sealed class ListModel(ListKind kind, int maximum)
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(8);

    private readonly Dictionary<NetworkPrefix, Entry> _entries = [];
    private readonly HashSet<ListingCause> _retired = [];
    private readonly Dictionary<(ListSource, ListChange), long> _changes = [];

    public int Count => _entries.Values.Count(entry => entry.Counted);

    public int CountOf(ListSource source) => _entries.Values.Count(entry => entry.Counted && entry.Cause.Source == source);

    public long Changes(ListSource source, ListChange change) => _changes.GetValueOrDefault((source, change));

    public IEnumerable<(NetworkPrefix Key, Entry Entry)> AllLive(long now) =>
        _entries.Where(pair => pair.Value.Expires > now).Select(pair => (pair.Key, pair.Value));

    /// <summary>The own entry, or that of the longest subnet around it.</summary>
    public (NetworkPrefix Key, Entry Entry)? Find(NetworkPrefix key, long now) => AllLive(now)
        .Where(live => live.Key.KeyBits <= key.KeyBits && live.Key.Contains(key.Address))
        .OrderByDescending(live => live.Key.KeyBits)
        .Select(live => ((NetworkPrefix, Entry)?)live)
        .FirstOrDefault();

    public Entry? Live(NetworkPrefix client, long now) => _entries.TryGetValue(client, out var entry) && entry.Expires > now ? entry : null;

    public AddResult Add(NetworkPrefix client, ListingCause cause, long now, TimeSpan ttl)
    {
        if (_retired.Contains(cause))
        {
            return AddResult.Unchanged;
        }

        return Live(client, now) is { } live ? Prolong(live, cause, now, ttl) : Enter(client, cause, now, ttl);
    }

    public AddResult Append(NetworkPrefix key, ListingCause cause, long now, TimeSpan? ttl)
    {
        var until = ttl is { } time ? now + time.Ticks : long.MaxValue;
        if (Live(key, now) is not { } live)
        {
            ExpireAll(now);
            _entries[key] = new() { Cause = cause, Created = now, Expires = until, Offences = 0, Counted = true };
            Note(cause.Source, ListChange.Added);
            return AddResult.Added;
        }

        if (live.Expires == long.MaxValue || (live.Cause == cause && until <= live.Expires))
        {
            return AddResult.Unchanged;
        }

        Note(cause.Source, ListChange.Extended);
        live.Cause = cause;
        live.Expires = Math.Max(until, live.Expires);
        return AddResult.Extended;
    }

    public bool Restore(NetworkPrefix key, ListingCause cause, ListEntry entry, long now)
    {
        var until = entry.Expires ?? long.MaxValue;
        var useful = until > now || (kind == ListKind.Blacklist && now - entry.Created < TimeSpan.FromDays(1).Ticks);
        if (!useful || _entries.ContainsKey(key))
        {
            return false;
        }

        _entries[key] = new() { Cause = cause, Created = entry.Created, Expires = until, Offences = entry.Offences, Counted = until > now };
        if (until > now)
        {
            Note(cause.Source, ListChange.Restored);
        }

        return true;
    }

    public int Flush(long now)
    {
        ExpireAll(now);
        return _entries.Keys.ToList().Count(key => Remove(key, now));
    }

    public bool Remove(NetworkPrefix client, long now)
    {
        ExpireAll(now);
        var live = Live(client, now);
        if (live is not null)
        {
            Note(live.Cause.Source, ListChange.Removed);
        }

        _entries.Remove(client);
        return live is not null;
    }

    public int Retire(IReadOnlyCollection<ListingCause> gone, long now)
    {
        ExpireAll(now);
        _retired.UnionWith(gone);
        return _entries.Where(pair => gone.Contains(pair.Value.Cause)).ToList().Count(pair => Remove(pair.Key, now));
    }

    /// <summary>Takes what is over out of the counts, as a full sweep does.</summary>
    public void ExpireAll(long now)
    {
        foreach (var entry in _entries.Values.Where(entry => entry.Counted && entry.Expires <= now))
        {
            entry.Counted = false;
            Note(entry.Cause.Source, ListChange.Expired);
        }
    }

    private AddResult Prolong(Entry live, ListingCause cause, long now, TimeSpan ttl)
    {
        var asked = now + Time(ttl, kind == ListKind.Blacklist ? live.Offences : 0);
        if (live.Cause == cause || asked <= live.Expires || live.Expires == long.MaxValue)
        {
            return AddResult.Unchanged;
        }

        Note(cause.Source, ListChange.Extended);
        live.Cause = cause;
        live.Expires = asked;
        return AddResult.Extended;
    }

    private AddResult Enter(NetworkPrefix client, ListingCause cause, long now, TimeSpan ttl)
    {
        ExpireAll(now);
        if (Count >= maximum)
        {
            Note(cause.Source, ListChange.Refused);
            return AddResult.Refused;
        }

        var again = kind == ListKind.Blacklist
            && _entries.TryGetValue(client, out var earlier) && now - earlier.Created < TimeSpan.FromDays(1).Ticks
            ? Math.Min(earlier.Offences + 1, 16)
            : 0;
        _entries[client] = new() { Cause = cause, Created = now, Expires = now + Time(ttl, again), Offences = again, Counted = true };
        Note(cause.Source, ListChange.Added);
        return AddResult.Added;
    }

    private static long Time(TimeSpan ttl, int offences)
    {
        for (; offences > 0; offences--)
        {
            ttl = ttl * 2 > Longest ? Longest : ttl * 2;
        }

        return ttl.Ticks;
    }

    private void Note(ListSource source, ListChange change) => _changes[(source, change)] = Changes(source, change) + 1;

    internal sealed class Entry
    {
        public required ListingCause Cause { get; set; }

        public required long Created { get; init; }

        public required long Expires { get; set; }

        public required int Offences { get; init; }

        public required bool Counted { get; set; }
    }
}
