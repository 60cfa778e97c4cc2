using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.UserRules.Conditions;

namespace Qrator.FilterNode.UserRules.Parsing;

/// <summary>Checks the groups of a condition and hands its tests to <see cref="ComparisonParser"/>.</summary>
internal sealed class ConditionParser(ParseErrors errors, ComparisonParser comparisons)
{
    /// <summary>Groups and tests inside each other. Also what keeps recursion over conditions safe.</summary>
    public const int DeepestNesting = 32;

    /// <summary>The condition, or null after reporting every mistake in it.</summary>
    public Condition? Parse(ConditionConfig node, string path) => Parse(node, path, level: 1);

    private static IEnumerable<string> KindsOf(ConditionConfig node)
    {
        if (node.And is not null)
        {
            yield return nameof(node.And);
        }

        if (node.Or is not null)
        {
            yield return nameof(node.Or);
        }

        if (node.Not is not null)
        {
            yield return nameof(node.Not);
        }

        if (IsTest(node))
        {
            yield return "a test";
        }
    }

    private static bool IsTest(ConditionConfig node) =>
        node.Property is not null || node.Name is not null || node.Operator is not null || node.Value is not null || node.Values is not null;

    private Condition? Parse(ConditionConfig node, string path, int level)
    {
        if (level > DeepestNesting)
        {
            errors.Add(path, $"nested deeper than {DeepestNesting} levels; at most {DeepestNesting}");
            return null;
        }

        var kinds = KindsOf(node).ToList();
        if (kinds.Count > 1)
        {
            errors.Add(path, $"{string.Join(" and ", kinds)} in one condition; one group (And, Or, Not), or one test (Property, Operator, Value)");
        }
        else if (kinds.Count == 0)
        {
            errors.AddLack(path, path, "neither a group nor a test; one of And, Or and Not, or Property, Operator and Value");
        }

        Condition? parsed = null;
        if (node.And is not null && Parts(node.And, $"{path}:{nameof(node.And)}", level) is { } all)
        {
            parsed = new AllOf(all);
        }

        if (node.Or is not null && Parts(node.Or, $"{path}:{nameof(node.Or)}", level) is { } any)
        {
            parsed = new AnyOf(any);
        }

        if (node.Not is not null && Parse(node.Not, $"{path}:{nameof(node.Not)}", level + 1) is { } part)
        {
            parsed = new Negation(part);
        }

        if (IsTest(node))
        {
            parsed = comparisons.Parse(node, path);
        }

        return parsed;
    }

    private List<Condition>? Parts(IReadOnlyList<ConditionConfig> nodes, string path, int level)
    {
        if (nodes.Count == 0)
        {
            errors.Add(path, "an empty group; at least one condition");
            return null;
        }

        var parts = new List<Condition>(nodes.Count);
        for (var i = 0; i < nodes.Count; i++)
        {
            if (Parse(nodes[i], $"{path}:{i}", level + 1) is { } part)
            {
                parts.Add(part);
            }
        }

        return parts.Count == nodes.Count ? parts : null;
    }
}
