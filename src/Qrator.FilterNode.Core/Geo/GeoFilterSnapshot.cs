using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Lists;
using Qrator.FilterNode.Statistics;

namespace Qrator.FilterNode.Geo;

/// <summary>The geo filter of a service, compiled. Immutable; safe for any number of threads.</summary>
public sealed class GeoFilterSnapshot
{
    private readonly bool[] _refused;
    private readonly TimeSpan _ttl;
    private readonly bool _shadow;
    private readonly RuleCounter _hits;

    internal GeoFilterSnapshot(IEnumerable<CountryCode> countries, GeoMode mode, GeoMode unknown, TimeSpan ttl, bool shadow, ListingCause cause, RuleCounter hits)
    {
        _refused = new bool[CountryCode.Values];
        Array.Fill(_refused, mode == GeoMode.Allow);
        foreach (var country in countries)
        {
            _refused[country.Index] = mode == GeoMode.Deny;
        }

        _refused[CountryCode.Unknown.Index] = unknown == GeoMode.Deny;
        _ttl = ttl;
        _shadow = shadow;
        _hits = hits;
        Cause = cause;
    }

    /// <summary>What its entries carry; null in shadow mode, which makes none.</summary>
    public ListingCause? CauseInForce => _shadow ? null : Cause;

    private ListingCause Cause { get; }

    /// <summary>Puts a client from a country that may not come in on the blacklist. Allocates only then.</summary>
    /// <param name="lists">The lists of the service.</param>
    /// <param name="client">A client that is on neither list.</param>
    /// <param name="request">Its request.</param>
    /// <param name="now">Now, in ticks of the node's clock.</param>
    public void Apply<TRequest>(ServiceLists lists, in ClientKey client, in TRequest request, long now)
        where TRequest : struct, IRequestView, allows ref struct
    {
        var country = request.Country;
        if (!_refused[country.Index])
        {
            return;
        }

        _hits.Count(_shadow);
        if (!_shadow)
        {
            var listing = lists.Put(ListKind.Blacklist, client, Cause, now, _ttl);
            if (listing.Changed)
            {
                lists.Report(listing, $"country is {country}", request.RequestId);
            }
        }
    }
}
