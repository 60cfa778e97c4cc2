using System.Buffers;

namespace Qrator.FilterNode.Matching.Expressions;

/// <summary>The letters that a match of an expression can begin with, so that what is before the first of them need not be looked at. Immutable.</summary>
internal sealed class FirstLetters
{
    private const int AsciiLetters = 128;

    // Letters beyond ASCII are all taken for possible.
    private readonly SearchValues<char> _impossible;

    private FirstLetters(string impossible) => _impossible = SearchValues.Create(impossible);

    /// <summary>Null when a match may be empty, or may depend on where it begins.</summary>
    public static FirstLetters? Of(Instruction[] instructions, int start)
    {
        var sets = new List<LetterSet>();
        var seen = new HashSet<int>();
        var waiting = new Stack<int>([start]);
        while (waiting.TryPop(out var state))
        {
            if (!seen.Add(state))
            {
                continue;
            }

            var instruction = instructions[state];
            if (instruction.Place is not null || (instruction.Set is null && instruction.Next < 0))
            {
                return null;
            }

            if (instruction.Set is { } set)
            {
                sets.Add(set);
                continue;
            }

            waiting.Push(instruction.Next);
            if (instruction.Other >= 0)
            {
                waiting.Push(instruction.Other);
            }
        }

        return new(string.Concat(Enumerable.Range(0, AsciiLetters).Select(static letter => (char)letter).Where(letter => !sets.Exists(set => set.Contains(letter)))));
    }

    /// <summary>Where in the text the first match may begin; the text's length when nowhere.</summary>
    public int IndexIn(ReadOnlySpan<char> text) => text.IndexOfAnyExcept(_impossible) is >= 0 and var index ? index : text.Length;
}
