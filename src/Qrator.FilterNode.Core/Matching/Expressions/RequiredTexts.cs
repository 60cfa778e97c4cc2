using System.Text;

namespace Qrator.FilterNode.Matching.Expressions;

/// <summary>Finds texts of which every match of an expression contains at least one.</summary>
internal static class RequiredTexts
{
    /// <summary>Alternatives beyond which looking for them saves nothing.</summary>
    private const int Most = 32;

    /// <summary>The texts, in upper case where case is ignored; empty when none are certain.</summary>
    public static IReadOnlyList<string> Of(ExpressionNode node) => node switch
    {
        ExpressionNode.Sequence sequence => OfSequence(sequence),
        ExpressionNode.Choice choice => OfChoice(choice),
        ExpressionNode.Repeat { Min: > 0 } repeat => Of(repeat.Part),
        ExpressionNode.Letter { Only: { } letter } => [letter.ToString()],
        _ => [],
    };

    private static IReadOnlyList<string> OfSequence(ExpressionNode.Sequence sequence)
    {
        IReadOnlyList<string> best = [];
        var run = new StringBuilder();
        foreach (var part in sequence.Parts)
        {
            switch (part)
            {
                case ExpressionNode.Letter { Only: { } letter }:
                    run.Append(letter);
                    break;
                case ExpressionNode.Place:
                    break;
                default:
                    best = Better(Better(best, [run.ToString()]), Of(part));
                    run.Clear();
                    break;
            }
        }

        return Better(best, [run.ToString()]);
    }

    private static List<string> OfChoice(ExpressionNode.Choice choice)
    {
        var texts = new List<string>();
        foreach (var part in choice.Parts)
        {
            var required = Of(part);
            if (required.Count == 0)
            {
                return [];
            }

            texts.AddRange(required);
        }

        return texts.Count <= Most ? [.. texts.Distinct(StringComparer.Ordinal)] : [];
    }

    // What is longer is in fewer texts.
    private static IReadOnlyList<string> Better(IReadOnlyList<string> one, IReadOnlyList<string> other) => Shortest(other) > Shortest(one) ? other : one;

    private static int Shortest(IReadOnlyList<string> texts) => texts.Count == 0 ? 0 : texts.Min(text => text.Length);
}
