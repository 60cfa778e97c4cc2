using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Lists;
using Qrator.FilterNode.UserRules;
using Qrator.FilterNode.UserRules.Compilation;

namespace Qrator.FilterNode.HeaderRules;

/// <summary>The header filter of a service, compiled. Immutable; safe for any number of threads.</summary>
public sealed class HeaderRuleSetSnapshot
{
    private readonly HeaderRuleSnapshot[][] _rulesByList;
    private readonly CompiledConditions[] _conditionsByList;

    /// <summary>The rules of each list, in the order of the configuration.</summary>
    public HeaderRuleSetSnapshot(IEnumerable<HeaderRuleSnapshot> whitelist, IEnumerable<HeaderRuleSnapshot> blacklist)
    {
        _rulesByList = [[.. whitelist], [.. blacklist]];
        _conditionsByList = [.. _rulesByList.Select(rules =>
            ConditionCompiler.Compile([.. rules.Select((rule, number) => (number, rule.Condition))], requestPart: true))];
    }

    /// <summary>The ids of all rules.</summary>
    public IEnumerable<string> RuleIds => _rulesByList.SelectMany(rules => rules).Select(rule => rule.Cause.Rule);

    /// <summary>Whether a rule can put a client on the whitelist.</summary>
    public bool HasWhitelist => _rulesByList[(int)ListKind.Whitelist].Any(rule => !rule.Shadow);

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

        var response = default(NoResponse);
        var matches = new HeaderMatches<TRequest>(rules, lists, kind, client, request, now);
        _conditionsByList[(int)kind].Match(request, response, ref matches);
        return matches.Any;
    }
}
