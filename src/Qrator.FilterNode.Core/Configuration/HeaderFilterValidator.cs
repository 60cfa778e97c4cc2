using Qrator.FilterNode.Configuration.Binding;
using Qrator.FilterNode.HeaderRules;

namespace Qrator.FilterNode.Configuration;

/// <summary>Checks the header filter of a service.</summary>
internal static class HeaderFilterValidator
{
    public static void Validate(string path, HeaderFilterConfig filter, ConfigErrors errors)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < filter.Rules.Count; i++)
        {
            var rule = filter.Rules[i];
            var rulePath = $"{path}:Rules:{i}";
            if (rule.Id.Length > 0)
            {
                ValidateId(rulePath, rule.Id, ids, errors);
            }

            if (errors.At($"{rulePath}:Test"))
            {
                continue;
            }

            if (rule.Test == HeaderTest.IsEmpty && !string.IsNullOrEmpty(rule.Value))
            {
                errors.Add($"{rulePath}:Value", "IsEmpty compares with nothing; remove the value");
            }
            else if (rule.Test != HeaderTest.IsEmpty && string.IsNullOrEmpty(rule.Value))
            {
                errors.Add($"{rulePath}:Value", $"missing; the text that {rule.Test} looks for (for an absent or empty header use IsEmpty)");
            }
        }
    }

    private static void ValidateId(string rulePath, string id, HashSet<string> ids, ConfigErrors errors)
    {
        if (!RuleName.IsValid(id))
        {
            errors.Add($"{rulePath}:Id", $"\"{id}\" is not a rule id; {RuleName.Rule}");
        }
        else if (!ids.Add(id))
        {
            errors.Add($"{rulePath}:Id", $"{id} is the id of an earlier rule of this filter; each needs its own");
        }
    }
}
