using Qrator.FilterNode.Configuration;

namespace Qrator.FilterNode.UserRules.Parsing;

/// <summary>Checks the settings that only rules with the action RateLimit have.</summary>
internal static class RateLimitParser
{
    private const double LowestRate = 0.001;
    private const int Highest = 1_000_000;

    public static RateLimitSettings? Parse(UserRuleConfig rule, string path, ParseErrors errors)
    {
        if (rule.Action is null)
        {
            return null;
        }

        if (rule.Action != UserRuleAction.RateLimit)
        {
            Refuse(rule.Rate is not null, "Rate");
            Refuse(rule.Burst is not null, "Burst");
            Refuse(rule.Excess is not null, "Excess");
            Refuse(rule.Scope is not null, "Scope");
            return null;
        }

        if (rule.Rate is not { } rate)
        {
            errors.Add($"{path}:Rate", "missing; requests a second, such as 2");
            return null;
        }

        if (!(rate >= LowestRate && rate <= Highest))
        {
            errors.Add($"{path}:Rate", FormattableString.Invariant($"{rate} is out of range; {LowestRate} to {Highest}"));
            return null;
        }

        if (rule.Burst is < 0 or > Highest)
        {
            errors.Add($"{path}:Burst", $"{rule.Burst} is out of range; 0 to {Highest}");
        }

        return new(rate, rule.Burst ?? (int)Math.Ceiling(rate), rule.Excess ?? ExcessAction.Reject, rule.Scope ?? MeterScope.Client);

        void Refuse(bool given, string key)
        {
            if (given)
            {
                errors.Add($"{path}:{key}", $"only for the action RateLimit, not {rule.Action}; leave it out");
            }
        }
    }
}
