using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Lists;

/// <summary>The two dynamic lists of a service, with the reasons of their entries. Safe for any number of threads.</summary>
public sealed class ServiceLists
{
    /// <summary>How many reasons are kept of the entries that filters put on a list: those of the latest.</summary>
    public const int KeptReasons = ListReasons.MostOfFilters;

    private readonly string _service;
    private readonly IListJournal _journal;
    private readonly RemovalMarks _removals = new();
    private readonly ListReasons _reasons = new();
    private RecentExcess? _excess;

    // Operators one after the other, so that the journal has their changes in their order. No request takes it.
    private readonly Lock _operators = new();

    /// <summary>Empty lists.</summary>
    public ServiceLists(string service, int maximum, IListJournal journal)
    {
        _service = service;
        _journal = journal;
        Whitelist = new(ListKind.Whitelist, maximum, _removals);
        Blacklist = new(ListKind.Blacklist, maximum, _removals);
    }

    /// <summary>Clients that no filter applies to.</summary>
    public ClientList Whitelist { get; }

    /// <summary>Clients that are dropped.</summary>
    public ClientList Blacklist { get; }

    /// <summary>How clients are told from subnets; MUST be set before the first entry comes.</summary>
    public ClientIdentity Identity
    {
        get => Blacklist.Identity;
        set => (Whitelist.Identity, Blacklist.Identity) = (value, value);
    }

    /// <summary>The list of a kind.</summary>
    public ClientList Of(ListKind kind) => kind == ListKind.Whitelist ? Whitelist : Blacklist;

    /// <summary>The reasons behind the entries that filters put on a list.</summary>
    public ReasonStore ReasonsOf(ListKind kind) => _reasons.OfFilters(kind);

    /// <summary>
    /// Puts a client on a list for a filter. Allocates only when the table grows: what the entry is there for is put into words afterwards, by
    /// <see cref="Report"/>, and only for a change.
    /// </summary>
    /// <param name="kind">Which list.</param>
    /// <param name="client">Who.</param>
    /// <param name="cause">The filter and rule, from the same list.</param>
    /// <param name="now">Now, in ticks of the node's clock.</param>
    /// <param name="ttl">How long for a first offence.</param>
    /// <param name="arrived">When the request came that the filter judges by; a client that was removed after that is not listed.</param>
    public Listing Put(ListKind kind, in ClientKey client, ListingCause cause, long now, TimeSpan ttl, long arrived = long.MaxValue)
    {
        var result = Of(kind).Add(client, cause, now, ttl, out var entry, arrived);
        return new(kind, client, result, cause, now, entry);
    }

    /// <summary>Keeps why a list has changed, and tells the journal.</summary>
    /// <param name="listing">A change.</param>
    /// <param name="detail">The values that matched.</param>
    /// <param name="requestId">The request that did it.</param>
    public void Report(in Listing listing, string detail, string requestId)
    {
        var change = listing.Result == AddResult.Added ? ListChange.Added : ListChange.Extended;
        var key = Identity.PrefixOf(listing.Client);
        Tell(RecordOf(listing.List, key, change, listing.Entry, detail, requestId, listing.Now));
        Settle(listing.List, key, listing.Entry, listing.Now);
    }

    /// <summary>Tells the journal that a RateLimit rule has put a client under its bucket.</summary>
    /// <param name="client">Who.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="now">Now, in ticks of the node's clock.</param>
    /// <param name="ttl">For how long.</param>
    /// <param name="detail">The values that matched.</param>
    /// <param name="requestId">The request that did it.</param>
    public void ReportLimited(in ClientKey client, string rule, long now, TimeSpan ttl, string detail, string requestId) =>
        _journal.Limited(new(_service, Identity.PrefixOf(client), rule, IsExcess: false, detail, requestId, now, now + ttl.Ticks));

    /// <summary>Whether a request over the bucket of a rule is to be told: the first of a client within a minute. Allocates nothing but once.</summary>
    public bool TellsExcess(in ClientKey client, string rule, long now) => LazyInitializer.EnsureInitialized(ref _excess).IsFirst(client, rule, now);

    /// <summary>Tells the journal that a request was over the bucket of a rule.</summary>
    /// <param name="client">Who.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="now">Now, in ticks of the node's clock.</param>
    /// <param name="detail">The bucket, and what became of the request.</param>
    /// <param name="requestId">The request.</param>
    public void ReportExcess(in ClientKey client, string rule, long now, string detail, string requestId) =>
        _journal.Limited(new(_service, Identity.PrefixOf(client), rule, IsExcess: true, detail, requestId, now, null));

    /// <summary>Whether the client was removed from a list after a request of its came, so that nothing the request did counts any more.</summary>
    public bool RemovedSince(in ClientKey client, long arrived) => _removals.Cover(client, arrived);

    /// <summary>
    /// Puts a client or subnet on a list for an operator, also when the list is full. A temporary entry that is there becomes the operator's and keeps
    /// the later end; a permanent one is left as it is.
    /// </summary>
    /// <param name="kind">Which list.</param>
    /// <param name="key">Who; MUST be one that <see cref="ListRules.Accept"/> accepts.</param>
    /// <param name="now">Now, in ticks of the node's clock.</param>
    /// <param name="until">Until when, later than <paramref name="now"/>; null for ever.</param>
    /// <param name="comment">For people; cut after <see cref="ListRules.LongestComment"/> characters.</param>
    public AddResult Append(ListKind kind, NetworkPrefix key, long now, long? until, string comment)
    {
        if (!ListRules.Accept(kind, key, Identity, out var problem))
        {
            throw new ArgumentException(problem, nameof(key));
        }

        lock (_operators)
        {
            var result = Of(kind).Append(key, now, until, out var entry);
            if (result is AddResult.Added or AddResult.Extended)
            {
                var change = result == AddResult.Added ? ListChange.Added : ListChange.Extended;
                var detail = comment.Length > ListRules.LongestComment ? comment[..ListRules.LongestComment] : comment;
                var holder = Of(kind).KeyFor(key);
                Tell(RecordOf(kind, holder, change, entry, detail, "", now));
                Settle(kind, holder, entry, now);
            }

            return result;
        }
    }

    /// <summary>
    /// Takes a client or subnet off a list. The client starts clean: nothing it did before counts as an offence or puts it back, also not requests that
    /// are still under way. False when it was not on the list.
    /// </summary>
    public bool Remove(ListKind kind, NetworkPrefix key, long now)
    {
        lock (_operators)
        {
            var removed = Forget(kind, key, now);
            if (kind == ListKind.Whitelist && !Blacklist.TryGet(key, now, out _))
            {
                Forget(ListKind.Blacklist, key, now);
            }

            return removed;
        }
    }

    /// <summary>Takes everything off a list; as with <see cref="Remove"/>, nothing done before counts any more. Returns who was on it.</summary>
    public IReadOnlyList<NetworkPrefix> Flush(ListKind kind, long now)
    {
        lock (_operators)
        {
            var removed = Of(kind).Flush(now);
            _reasons.Clear(kind);
            _journal.Cleared(new(_service, kind, ClearingReason.Flush, [], removed.Count, now));
            return removed;
        }
    }

    /// <summary>
    /// Puts back entries that the journal was told of in an earlier run, as <see cref="ClientList.Restore"/> promises it, but those that the list does not
    /// take any more. Tells the journal nothing. MUST come after the rules of the configuration are compiled.
    /// </summary>
    /// <param name="kind">Which list.</param>
    /// <param name="entries">The entries, with causes of that list and times translated to this run's clock.</param>
    /// <param name="now">Now, in ticks of the node's clock.</param>
    /// <param name="since">A client that was removed at this moment or later is not put back.</param>
    public void Restore(ListKind kind, Span<RestoredEntry> entries, long now, long since = long.MaxValue)
    {
        foreach (ref var entry in entries)
        {
            // A single address is taken by each list.
            entry.IsRefused = entry.KeyBits < 128 && !ListRules.Accept(kind, NetworkPrefix.Of(entry.Address, entry.KeyBits), Identity, out _);
        }

        Of(kind).Restore(entries, now, since);
    }

    /// <summary>Puts back what led to an entry that was restored, unless something newer is known.</summary>
    public void RestoreReason(ListingRecord record)
    {
        if (record.Detail.Length > 0)
        {
            _reasons.KeepIfNew(record with { Key = Of(record.List).KeyFor(record.Key) });
        }
    }

    /// <summary>The entry that holds for a client or a subnet now: its own, or else that of the longest subnet around it. For people: takes locks.</summary>
    public bool TryFind(ListKind kind, NetworkPrefix key, long now, out ListedEntry found)
    {
        var listed = Of(kind).TryFind(key, now, out var holder, out var entry);
        found = listed ? new(holder, entry, _reasons.Of(kind, holder, entry)) : default;
        return listed;
    }

    /// <summary>What is on a list, as <see cref="ClientList.Entries"/> promises it.</summary>
    public IEnumerable<ListedEntry> Entries(ListKind kind, long now, int skip = 0) =>
        Of(kind).Entries(now, skip).Select(listed => new ListedEntry(listed.Key, listed.Entry, _reasons.Of(kind, listed.Key, listed.Entry)));

    /// <summary>What is known of a client or a subnet, as <see cref="ClientList.TryRecall"/> promises it, for whoever has lost the journal's word.</summary>
    public bool TryRecall(ListKind kind, NetworkPrefix key, long now, out ListedEntry known)
    {
        var found = Of(kind).TryRecall(key, now, out var entry);
        known = found ? new(key, entry, _reasons.Of(kind, key, entry)) : default;
        return found;
    }

    /// <summary>Ends the entries of every rule that is not in <paramref name="inForce"/>. Returns how many. Not to be called by two threads at once.</summary>
    public int RetireAllBut(IReadOnlySet<ListingCause> inForce, long now)
    {
        var ended = 0;
        foreach (var list in (ReadOnlySpan<ClientList>)[Whitelist, Blacklist])
        {
            var removed = list.RetireAllBut(inForce, now, out var retired);
            if (retired.Count > 0)
            {
                _journal.Cleared(new(
                    _service, list.Kind, ClearingReason.RuleGone, [.. retired.Select(cause => (cause.Source, cause.Rule))], removed, now));
            }

            ended += removed;
        }

        return ended;
    }

    /// <summary>Tells the journal that the service is not in the configuration any more. MUST be the last call.</summary>
    public void Close(long now)
    {
        foreach (var list in (ReadOnlySpan<ClientList>)[Whitelist, Blacklist])
        {
            _journal.Cleared(new(_service, list.Kind, ClearingReason.ServiceGone, [], list.Count, now));
        }
    }

    private bool Forget(ListKind kind, NetworkPrefix key, long now)
    {
        var known = Of(kind).Forget(key, now, out var wasListed);
        if (known)
        {
            var client = Of(kind).KeyFor(key);
            _reasons.Remove(kind, client);
            _journal.Removed(new(_service, kind, client, wasListed, now));
            Settle(kind, client, null, now);
        }

        return wasListed;
    }

    private void Tell(ListingRecord record)
    {
        _reasons.Keep(record);
        _journal.Listed(record);
    }

    // Changes of one entry at the same time are told in any order; whoever finds that it stands otherwise than it told last, tells that.
    private void Settle(ListKind kind, NetworkPrefix key, ListEntry? told, long now)
    {
        while (true)
        {
            ListEntry? stands = Of(kind).TryGet(key, now, out var entry) ? entry : null;
            if (stands == told)
            {
                return;
            }

            if (stands is null)
            {
                _journal.Removed(new(_service, kind, key, WasListed: false, now));
            }
            else
            {
                var reason = _reasons.Of(kind, key, entry);
                _journal.Listed(RecordOf(kind, key, ListChange.Extended, entry, reason?.Detail ?? "", reason?.RequestId ?? "", now));
            }

            told = stands;
        }
    }

    private ListingRecord RecordOf(
        ListKind kind, NetworkPrefix key, ListChange change, in ListEntry entry, string detail, string requestId, long now) =>
        new(_service, kind, key, change, entry.Source, entry.Rule, detail, requestId, now, entry.Created, entry.Expires, entry.Offences);
}
