using System.Text;

namespace Qrator.FilterNode.Matching.Expressions;

/// <summary>
/// Finds groups of texts of which every match of an expression contains at least one text of each group. Several groups leave the choice to who
/// knows which texts are rare.
/// </summary>
internal static class RequiredTexts
{
    /// <summary>Alternatives beyond which looking for them saves nothing.</summary>
    private const int MostTexts = 32;

    /// <summary>The groups, in upper case where case is ignored; none when nothing is certain.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Of(ExpressionNode node) => node switch
    {
        ExpressionNode.Sequence sequence => OfSequence(sequence),
        ExpressionNode.Choice choice => OfChoice(choice),
        ExpressionNode.Repeat { Min: > 0 } repeat => Of(repeat.Part),
        ExpressionNode.Letter { Only: { } letter } => [[letter.ToString()]],
        _ => [],
    };

    private static List<IReadOnlyList<string>> OfSequence(ExpressionNode.Sequence sequence)
    {
        var groups = new List<IReadOnlyList<string>>();
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
                    EndRun();
                    groups.AddRange(Of(part));
                    break;
            }
        }

        EndRun();
        return groups;

        void EndRun()
        {
            if (run.Length > 0)
            {
                groups.Add([run.ToString()]);
                run.Clear();
            }
        }
    }

    // Which group of a part is the best is not known here; the one whose shortest text is longest is a fair guess.
    private static IReadOnlyList<IReadOnlyList<string>> OfChoice(ExpressionNode.Choice choice)
    {
        var texts = new HashSet<string>(StringComparer.Ordinal);
        foreach (var part in choice.Parts)
        {
            if (Of(part).MaxBy(group => group.Min(text => text.Length)) is not { } group)
            {
                return [];
            }

            texts.UnionWith(group);
        }

        return texts.Count <= MostTexts ? [[.. texts]] : [];
    }
}
