using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Lists;
using Qrator.FilterNode.Statistics;

namespace Qrator.FilterNode.Offences;

/// <summary>What a service does with clients that break the protocol again and again. Immutable but for the store; safe for any number of threads.</summary>
public sealed class OffenceFilterSnapshot
{
    /// <summary>The name under which the entries stand: the rule of the source <see cref="ListSource.Behavior"/>.</summary>
    public const string RuleName = "offences";

    private readonly OffenceStore _store;
    private readonly int _threshold;
    private readonly TimeSpan _window;
    private readonly TimeSpan _ttl;
    private readonly bool _shadow;
    private readonly ListingCause _cause;
    private readonly RuleCounter _hits;

    internal OffenceFilterSnapshot(OffenceStore store, int threshold, TimeSpan window, TimeSpan ttl, bool shadow, ListingCause cause, RuleCounter hits)
    {
        _store = store;
        _threshold = threshold;
        _window = window;
        _ttl = ttl;
        _shadow = shadow;
        _cause = cause;
        _hits = hits;
    }

    /// <summary>What its entries carry; null in shadow mode, which makes none.</summary>
    public ListingCause? CauseInForce => _shadow ? null : _cause;

    /// <summary>Counts an offence of a client that is not whitelisted; the one that reaches the threshold puts it on the blacklist. Allocates only then.</summary>
    /// <param name="lists">The lists of the service.</param>
    /// <param name="client">Who.</param>
    /// <param name="violation">What it did.</param>
    /// <param name="requestId">The request it did it with; a new id where there was none.</param>
    /// <param name="now">Now, in ticks of the node's clock.</param>
    public void Count(ServiceLists lists, in ClientKey client, Violation violation, string requestId, long now)
    {
        var count = _store.Count(client, now, _window);
        if (count < _threshold)
        {
            return;
        }

        _store.Remove(client);
        _hits.Count(_shadow);
        if (_shadow)
        {
            return;
        }

        var listing = lists.Put(ListKind.Blacklist, client, _cause, now, _ttl);
        if (listing.Changed)
        {
            var seconds = (long)_window.TotalSeconds;
            lists.Report(listing, $"{count} protocol violations in {seconds} s, the last: {ViolationText.Phrase(violation)}", requestId);
        }
    }
}
