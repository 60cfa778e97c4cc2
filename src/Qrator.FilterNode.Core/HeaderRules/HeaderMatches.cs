using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Lists;
using Qrator.FilterNode.UserRules;

namespace Qrator.FilterNode.HeaderRules;

/// <summary>Acts on the header rules that match.</summary>
internal ref struct HeaderMatches<TRequest> : IRuleMatches
    where TRequest : struct, IRequestView, allows ref struct
{
    private readonly HeaderRuleSnapshot[] _rules;
    private readonly ServiceLists _lists;
    private readonly ListKind _kind;
    private readonly ClientKey _client;
    private readonly TRequest _request;
    private readonly long _now;

    public HeaderMatches(HeaderRuleSnapshot[] rules, ServiceLists lists, ListKind kind, in ClientKey client, TRequest request, long now)
    {
        _rules = rules;
        _lists = lists;
        _kind = kind;
        _client = client;
        _request = request;
        _now = now;
    }

    /// <summary>Whether a rule that is not in shadow mode matched.</summary>
    public bool Any { get; private set; }

    public void Add(int rule)
    {
        var matched = _rules[rule];
        matched.Hits.Count(matched.Shadow);
        if (!matched.Shadow)
        {
            Any = true;
            var listing = _lists.Put(_kind, _client, matched.Cause, _now, matched.Ttl);
            if (listing.Changed)
            {
                _request.TryGetText(matched.Property, null, out var value);
                _lists.Report(listing, MatchDetail.Of(matched, value), _request.RequestId);
            }
        }
    }
}
