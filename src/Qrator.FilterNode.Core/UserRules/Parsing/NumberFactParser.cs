using Qrator.FilterNode.Configuration.Binding;
using Qrator.FilterNode.UserRules.Conditions;

namespace Qrator.FilterNode.UserRules.Parsing;

/// <summary>Makes facts about numbers and time spans.</summary>
internal sealed class NumberFactParser(ParseErrors errors)
{
    private const int LowestStatus = 100;
    private const int HighestStatus = 999;

    /// <summary>The fact, or null after reporting a mistake at <paramref name="path"/>.</summary>
    public NumberFact? Parse(NumberProperty property, ConditionOperator @operator, string? value, string path)
    {
        if (@operator is ConditionOperator.Exists or ConditionOperator.NotExists)
        {
            return new(property, long.MinValue, long.MaxValue);
        }

        var isSpan = property == NumberProperty.Duration;
        if (!ScalarParser.TryParse(isSpan ? typeof(TimeSpan) : typeof(long), value!, out var parsed, out var problem))
        {
            errors.Add(path, problem);
            return null;
        }

        var number = isSpan ? ((TimeSpan)parsed!).Ticks : (long)parsed!;
        if (property == NumberProperty.Status && (number is < LowestStatus or > HighestStatus))
        {
            errors.Add(path, $"{value} is out of range; {LowestStatus} to {HighestStatus}");
            return null;
        }

        if (number < 0)
        {
            errors.Add(path, $"{value} is out of range; {(isSpan ? TimeSpan.Zero : 0)} or more");
            return null;
        }

        return Bounds(property, @operator, number);
    }

    // The number is not negative, so only adding one can go over the edge; nothing is greater than the greatest.
    private static NumberFact Bounds(NumberProperty property, ConditionOperator @operator, long number) => @operator switch
    {
        ConditionOperator.Greater when number == long.MaxValue => new(property, long.MaxValue, long.MinValue),
        ConditionOperator.Greater => new(property, number + 1, long.MaxValue),
        ConditionOperator.GreaterOrEqual => new(property, number, long.MaxValue),
        ConditionOperator.Less => new(property, long.MinValue, number - 1),
        ConditionOperator.LessOrEqual => new(property, long.MinValue, number),
        _ => new(property, number, number),
    };
}
