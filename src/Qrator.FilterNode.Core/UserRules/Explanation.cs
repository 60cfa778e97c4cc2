using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.UserRules.Conditions;

namespace Qrator.FilterNode.UserRules;

/// <summary>Walks a condition that is true and writes down the comparisons that make it so. Slow and simple: only rules that act are explained.</summary>
internal readonly ref struct Explanation<TRequest, TResponse>
    where TRequest : struct, IRequestView, allows ref struct
    where TResponse : struct, IResponseView, allows ref struct
{
    private const int MostComparisons = 16;

    private readonly FactReader<TRequest, TResponse> _facts;

    public Explanation(TRequest request, TResponse response) => _facts = new(request, response);

    /// <summary>The comparisons, separated by commas; empty when the condition is not true.</summary>
    public string Of(Condition condition)
    {
        if (!IsTrue(condition))
        {
            return "";
        }

        var comparisons = new List<string>();
        Collect(condition, negated: false, comparisons);
        return comparisons.Count <= MostComparisons
            ? string.Join(", ", comparisons)
            : $"{string.Join(", ", comparisons.Take(MostComparisons))}, and {comparisons.Count - MostComparisons} more";
    }

    private void Collect(Condition condition, bool negated, List<string> comparisons)
    {
        switch (condition)
        {
            case Negation negation:
                Collect(negation.Part, !negated, comparisons);
                break;
            case AllOf all:
                CollectGroup(all.Parts, needsAll: !negated, negated, comparisons);
                break;
            case AnyOf any:
                CollectGroup(any.Parts, needsAll: negated, negated, comparisons);
                break;
            case Comparison comparison:
                var text = ComparisonText.Of(comparison, _facts.ValueOf(comparison.Fact));
                comparisons.Add(negated ? $"not ({text})" : text);
                break;
        }
    }

    private void CollectGroup(IReadOnlyList<Condition> parts, bool needsAll, bool negated, List<string> comparisons)
    {
        foreach (var part in parts)
        {
            if (needsAll || IsTrue(part) != negated)
            {
                Collect(part, negated, comparisons);
                if (!needsAll)
                {
                    return;
                }
            }
        }
    }

    private bool IsTrue(Condition condition)
    {
        switch (condition)
        {
            case Negation negation:
                return !IsTrue(negation.Part);
            case Comparison comparison:
                return _facts.IsTrue(comparison.Fact) != comparison.Negated;
            default:
                var all = condition is AllOf;
                foreach (var part in all ? ((AllOf)condition).Parts : ((AnyOf)condition).Parts)
                {
                    if (IsTrue(part) != all)
                    {
                        return !all;
                    }
                }

                return all;
        }
    }
}
