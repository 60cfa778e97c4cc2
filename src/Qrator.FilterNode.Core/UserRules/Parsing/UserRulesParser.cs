using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Configuration.Binding;
using Qrator.FilterNode.Geo;

namespace Qrator.FilterNode.UserRules.Parsing;

/// <summary>From the section <c>UserRules</c> as written to rules that can be compiled. The only place where a user rule can be wrong.</summary>
public static class UserRulesParser
{
    private static readonly TimeSpan ShortestTtl = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestTtl = TimeSpan.FromHours(8);

    /// <summary>Checks all rules, also when the section is not enabled, and adds every mistake to <paramref name="errors"/>.</summary>
    /// <param name="config">The bound section.</param>
    /// <param name="path">Its path, such as <c>FilterNode:Services:shop:UserRules</c>.</param>
    /// <param name="hasCountries">Whether a country database is configured.</param>
    /// <param name="isCountry">Whether a configuration may name the country.</param>
    /// <param name="errors">May already have the binder's mistakes; what it found is not reported again.</param>
    /// <returns>The rules; those with mistakes are left out.</returns>
    public static ParsedUserRules Parse(UserRulesConfig config, string path, bool hasCountries, Predicate<CountryCode> isCountry, ConfigErrors errors)
    {
        var parseErrors = new ParseErrors(errors);
        var conditions = new ConditionParser(parseErrors, new(parseErrors, hasCountries, isCountry));
        var rules = new List<UserRule>();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < config.Rules.Count; i++)
        {
            var rulePath = $"{path}:Rules:{i}";
            var rule = config.Rules[i];
            var mistakesBefore = parseErrors.Count;
            CheckId(rule.Id, ids, $"{rulePath}:Id", parseErrors);
            CheckTtl(rule.Ttl, $"{rulePath}:Ttl", parseErrors);
            if (rule.Action is null)
            {
                parseErrors.Add($"{rulePath}:Action", "missing; Whitelist, Blacklist or RateLimit");
            }

            var rateLimit = RateLimitParser.Parse(rule, rulePath, parseErrors);
            var when = conditions.Parse(rule.When, $"{rulePath}:When");
            if (when is not null && rule.Action is { } action && parseErrors.Count == mistakesBefore)
            {
                rules.Add(new()
                {
                    Id = rule.Id,
                    Action = action,
                    Ttl = rule.Ttl,
                    Shadow = rule.Shadow,
                    RateLimit = rateLimit,
                    When = when,
                });
            }
        }

        return new(config.Enabled, rules);
    }

    private static void CheckId(string id, HashSet<string> ids, string path, ParseErrors errors)
    {
        if (!RuleName.IsValid(id))
        {
            errors.Add(path, $"\"{id}\" is not a rule id; {RuleName.Rule}");
        }
        else if (!ids.Add(id))
        {
            errors.Add(path, $"{id} is the id of an earlier rule of this section; each needs its own");
        }
    }

    private static void CheckTtl(TimeSpan ttl, string path, ParseErrors errors)
    {
        if (ttl < ShortestTtl || ttl > LongestTtl)
        {
            errors.Add(path, $"{ttl} is out of range; {ShortestTtl} to {LongestTtl}");
        }
    }
}
