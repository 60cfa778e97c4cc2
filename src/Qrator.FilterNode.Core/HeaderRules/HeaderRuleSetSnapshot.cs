using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Lists;

namespace Qrator.FilterNode.HeaderRules;

/// <summary>The header filter of a service, compiled. Immutable; safe for any number of threads.</summary>
public sealed class HeaderRuleSetSnapshot
{
    private readonly HeaderRuleSnapshot[][] _rulesByList;

    /// <summary>The rules of each list, in the order of the configuration.</summary>
    public HeaderRuleSetSnapshot(IEnumerable<HeaderRuleSnapshot> whitelist, IEnumerable<HeaderRuleSnapshot> blacklist) =>
        _rulesByList = [[.. whitelist], [.. blacklist]];

    /// <summary>The ids of all rules.</summary>
    public IEnumerable<string> RuleIds => _rulesByList.SelectMany(rules => rules).Select(rule => rule.Cause.Rule);

    /// <summary>The causes of the rules that can list clients.</summary>
    public IEnumerable<ListingCause> Causes => _rulesByList.SelectMany(rules => rules).Where(rule => !rule.Shadow).Select(rule => rule.Cause);

    /// <summary>
    /// Checks every rule of one list by itself and lists the client for each that matches. True when one that is not in shadow mode matched.
    /// Allocates only when a rule acts.
    /// </summary>
    public bool Apply<TRequest>(ListKind kind, ServiceLists lists, in ClientKey client, in TRequest request, long now)
        where TRequest : struct, IRequestView, allows ref struct
    {
        var rules = _rulesByList[(int)kind];
        if (rules.Length == 0)
        {
            return false;
        }

        request.TryGetText(TextProperty.UserAgent, null, out var userAgent);
        request.TryGetText(TextProperty.Referer, null, out var referer);
        var matched = false;
        foreach (var rule in rules)
        {
            var value = rule.Property == TextProperty.UserAgent ? userAgent : referer;
            if (!rule.Matches(value))
            {
                continue;
            }

            rule.Hits.Count(rule.Shadow);
            if (!rule.Shadow)
            {
                matched = true;
                lists.Put(kind, client, rule.Cause, now, rule.Ttl, MatchDetail.Of(rule, value), request.RequestId);
            }
        }

        return matched;
    }
}
