using Qrator.FilterNode.Lists;

namespace Qrator.FilterNode.Filtering;

/// <summary>What an operator could do about how a client stands with a service, in sentences with the words of the API and the configuration.</summary>
public static class StandingAdvice
{
    private const int Hour = 3_600;

    /// <summary>The sentences, the nearest at hand first; at least one.</summary>
    public static IEnumerable<string> For(ClientStanding standing)
    {
        foreach (var sentence in standing.IsWhitelisted ? ForWhitelisted(standing) : standing.IsBlacklisted ? ForBlacklisted(standing) : [])
        {
            yield return sentence;
        }

        foreach (var limit in standing.IsWhitelisted || standing.IsBlacklisted ? [] : standing.Limits)
        {
            yield return $"rule {limit.Rule.Id} limits it: if it limits too many, change Rate, Burst or When of the rule, or set its \"Shadow\" to true";
        }

        var lists = standing.Service.Store.Lists;
        var canBeWhitelisted = lists.Identity.IsClient(standing.Asked);
        if (!standing.IsWhitelisted && (standing.IsBlacklisted || standing.Limits.Count > 0) && canBeWhitelisted)
        {
            yield return $"whitelist_append [[\"{standing.Asked}\", {Hour}, \"why\"]] lets it pass all filters for an hour";
        }

        if (!standing.IsWhitelisted && !standing.IsBlacklisted)
        {
            yield return $"blacklist_append [[\"{standing.Asked}\", {Hour}, \"why\"]] keeps it out for an hour";
        }
    }

    private static IEnumerable<string> ForWhitelisted(ClientStanding standing)
    {
        if (standing.ConfiguredWhitelist is { } configured)
        {
            yield return $"to have the filters look at it again, take {configured} out of {Section(standing)}:Whitelist";
        }

        if (standing.Whitelist is { } listed)
        {
            yield return $"whitelist_remove [\"{listed.Key}\"] has the filters look at it again";
            foreach (var sentence in ForRule(standing, listed.Entry))
            {
                yield return sentence;
            }
        }

        if (standing.IsBlacklisted)
        {
            yield return "it is on the blacklist too, which does not count while it is whitelisted";
        }
    }

    private static IEnumerable<string> ForBlacklisted(ClientStanding standing)
    {
        if (standing.ConfiguredBlacklist is { } configured)
        {
            yield return $"to let it in, take {configured} out of {Section(standing)}:Blacklist";
        }

        if (standing.Blacklist is { } listed)
        {
            var who = standing.Service.Store.Lists.Identity.IsClient(listed.Key) ? "it" : "the whole subnet";
            yield return $"blacklist_remove [\"{listed.Key}\"] lets {who} in, without memory of what it did";
            foreach (var sentence in ForRule(standing, listed.Entry))
            {
                yield return sentence;
            }
        }
    }

    private static IEnumerable<string> ForRule(ClientStanding standing, ListEntry entry)
    {
        var section = Section(standing);
        switch (entry.Source)
        {
            case ListSource.Header:
                yield return $"if rule {entry.Rule} is wrong, change or remove it in {section}:HeaderFilter:Rules; its entries end with it";
                break;
            case ListSource.Rule:
                yield return $"if rule {entry.Rule} is wrong, change or remove it in {section}:UserRules:Rules, or set its \"Shadow\" to true; its entries end with it";
                break;
            case ListSource.Geo:
                yield return $"if the country is wrongly kept out, change {section}:GeoFilter:Countries; to end all entries of the geo filter, set its \"Shadow\" to true";
                break;
            case ListSource.Behavior:
                yield return $"if too many are kept out like this, behavior_mode_set [{{\"mode\": \"Off\"}}] ends what detection has listed; then change {section}:Behavior";
                break;
        }
    }

    private static string Section(ClientStanding standing) => $"FilterNode:Services:{standing.Service.Name}";
}
