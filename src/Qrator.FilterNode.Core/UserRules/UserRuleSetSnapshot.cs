using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Lists;
using Qrator.FilterNode.RateLimits;

namespace Qrator.FilterNode.UserRules;

/// <summary>The user rules of a service, compiled, with what they do. Immutable; safe for any number of threads.</summary>
public sealed class UserRuleSetSnapshot
{
    private readonly UserRuleIndex _index;
    private readonly UserRuleEffect[] _effects;
    private readonly UserRuleEffect[] _limitAll;

    internal UserRuleSetSnapshot(UserRuleIndex index, ServiceStore store, int maximumLimited)
    {
        _index = index;
        _effects = [.. index.Rules.Select(rule => new UserRuleEffect(rule, store, maximumLimited))];
        _limitAll = [.. _effects.Where(effect => effect.Buckets is not null && !effect.Rule.MetersMatching)];
    }

    /// <summary>The ids of all rules in force or in shadow mode.</summary>
    public IEnumerable<string> RuleIds => _effects.Select(effect => effect.Rule.Id);

    /// <summary>Whether any rule looks at status or duration, so that the guard of the origin has something to guard.</summary>
    public bool LooksAtOrigin => _effects.Any(effect => effect.Guard is not null);

    /// <summary>Whether a rule can put a client on the whitelist by its request alone.</summary>
    public bool HasRequestOnlyWhitelist => _index.HasRequestOnlyWhitelist;

    /// <summary>The causes of the rules that can list clients.</summary>
    public IEnumerable<ListingCause> Causes => _effects.Where(effect => effect.Cause is not null && !effect.Rule.Shadow).Select(effect => effect.Cause!);

    /// <summary>The rules whose buckets are in force.</summary>
    public IEnumerable<string> LimitingRules => _effects.Where(effect => effect.Buckets is not null).Select(effect => effect.Rule.Id);

    /// <summary>The rules that limit the client now, with the state of its buckets. For people: takes locks.</summary>
    public IEnumerable<RuleLimit> LimitsOf(ClientKey client, long now)
    {
        foreach (var effect in _effects)
        {
            if (effect.Buckets is { } buckets && buckets.TryGet(client, now, effect.Limits, out var limited))
            {
                yield return new(effect.Rule, effect.Limits, limited);
            }
        }
    }

    /// <summary>
    /// When a request arrives: puts the client on the whitelist where a rule that needs only the request says so, and, unless the client is
    /// blacklisted, meters the request. Allocates only when a rule lists the client or an excess is told.
    /// </summary>
    public ArrivalDecision AtArrival<TRequest>(ServiceLists lists, in ClientKey client, bool blacklisted, in TRequest request, long now)
        where TRequest : struct, IRequestView, allows ref struct
    {
        var matches = new ArrivalMatches(_effects, client, blacklisted, now);
        if (_index.DecidesAtArrival && (!blacklisted || _index.HasRequestOnlyWhitelist))
        {
            _index.AtArrival(request, ref matches);
        }

        if (matches.WhitelistRule >= 0)
        {
            var effect = _effects[matches.WhitelistRule];
            var listing = lists.Put(ListKind.Whitelist, client, effect.Cause!, now, effect.Rule.Ttl);
            if (listing.Changed)
            {
                lists.Report(listing, _index.Explain(matches.WhitelistRule, request), request.RequestId);
            }

            return new(Whitelisted: true, MeterOutcome.NotLimited, Drop: false, RetryAfterSeconds: 0);
        }

        if (!blacklisted)
        {
            foreach (var effect in _limitAll)
            {
                matches.Meter(effect);
            }
        }

        if (matches.Exceeded is { } exceeded && lists.TellsExcess(client, exceeded.Rule.Id, now))
        {
            lists.ReportExcess(client, exceeded.Rule.Id, now, exceeded.Explain(matches.Decision), request.RequestId);
        }

        return matches.Decision;
    }

    /// <summary>
    /// When the origin's response headers are there: acts on every rule that matches, for the client's next requests. Allocates only
    /// when a rule lists the client. A client that was taken off a list after the request <paramref name="arrived"/> is left alone.
    /// </summary>
    public void AtResponse<TRequest, TResponse>(
        ServiceLists lists, in ClientKey client, in TRequest request, in TResponse response, long arrived, long now)
        where TRequest : struct, IRequestView
        where TResponse : struct, IResponseView
    {
        if (_effects.Length > 0)
        {
            var matches = new ResponseMatches<TRequest, TResponse>(_index, _effects, lists, client, request, response, arrived, now);
            _index.AtResponse(request, response, ref matches);
        }
    }
}
