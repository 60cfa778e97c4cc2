using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Lists;
using Qrator.FilterNode.RateLimits;

namespace Qrator.FilterNode.UserRules;

/// <summary>Acts on the rules that match when the origin has answered.</summary>
internal readonly struct ResponseMatches<TRequest, TResponse> : IRuleMatches
    where TRequest : struct, IRequestView
    where TResponse : struct, IResponseView
{
    private readonly UserRuleIndex _index;
    private readonly UserRuleEffect[] _effects;
    private readonly ServiceLists _lists;
    private readonly ClientKey _client;
    private readonly TRequest _request;
    private readonly TResponse _response;
    private readonly long _arrived;
    private readonly long _now;

    public ResponseMatches(
        UserRuleIndex index, UserRuleEffect[] effects, ServiceLists lists, in ClientKey client, in TRequest request, in TResponse response, long arrived, long now)
    {
        _index = index;
        _effects = effects;
        _lists = lists;
        _client = client;
        _request = request;
        _response = response;
        _arrived = arrived;
        _now = now;
    }

    public void Add(int rule)
    {
        var effect = _effects[rule];
        if (effect.Rule.IsRequestOnlyWhitelist)
        {
            // Decided, counted and carried out when the request arrived.
            return;
        }

        if (effect.Guard?.Suspends() == true)
        {
            // What the origin does to everybody says nothing about this client.
            return;
        }

        effect.Hits.Count(effect.Rule.Shadow);
        if (effect.Rule.Shadow)
        {
            return;
        }

        if (effect.Cause is { } cause)
        {
            var listing = _lists.Put(effect.List, _client, cause, _now, effect.Rule.Ttl, _arrived);
            if (listing.Changed)
            {
                _lists.Report(listing, _index.Explain(rule, _request, _response), _request.RequestId);
            }
        }
        else
        {
            var touched = effect.Buckets!.Touch(_client, _now, effect.Rule.Ttl);

            // Looked at afterwards, so that whoever is removed at this moment loses the bucket here or there.
            if (_lists.RemovedSince(_client, _arrived))
            {
                effect.Buckets.Remove(_client, _now);
            }
            else if (touched == TouchOutcome.Limited)
            {
                _lists.ReportLimited(_client, effect.Rule.Id, _now, effect.Rule.Ttl, _index.Explain(rule, _request, _response), _request.RequestId);
            }
        }
    }
}
