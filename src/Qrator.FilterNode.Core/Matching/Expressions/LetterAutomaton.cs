namespace Qrator.FilterNode.Matching.Expressions;

/// <summary>
/// Runs all ways through an expression at once (K. Thompson, "Regular expression search algorithm", 1968): time is at most the length of the
/// text times the number of instructions, memory is a few KB of stack. Immutable and safe for any number of threads.
/// </summary>
internal sealed class LetterAutomaton(Instruction[] instructions, int start)
{
    private readonly bool _onlyAtStart = instructions[start].Place == PlaceKind.Start;
    private readonly FirstLetters? _first = FirstLetters.Of(instructions, start);

    /// <summary>Whether the expression matches somewhere in the text. Allocates nothing.</summary>
    public bool IsMatch(ReadOnlySpan<char> text)
    {
        var current = new StateList(stackalloc int[instructions.Length], stackalloc int[instructions.Length]);
        var next = new StateList(stackalloc int[instructions.Length], stackalloc int[instructions.Length]);
        // A fork leaves one way waiting; each instruction is a fork once at most.
        Span<int> waiting = stackalloc int[instructions.Length];
        for (var at = 0; ; at++)
        {
            if (current.Count == 0 && _first is not null)
            {
                at += _first.IndexIn(text[at..]);
            }

            if ((at == 0 || !_onlyAtStart) && Enter(start, text, at, ref current, waiting))
            {
                return true;
            }

            if (at == text.Length || (_onlyAtStart && current.Count == 0))
            {
                return false;
            }

            next.Clear();
            for (var i = 0; i < current.Count; i++)
            {
                ref readonly var instruction = ref instructions[current[i]];
                if (instruction.Set is { } set && set.Contains(text[at]) && Enter(instruction.Next, text, at + 1, ref next, waiting))
                {
                    return true;
                }
            }

            var done = current;
            current = next;
            next = done;
        }
    }

    /// <summary>Adds a state and all that can be reached from it without a letter. True when the end is among them.</summary>
    private bool Enter(int state, ReadOnlySpan<char> text, int at, ref StateList states, Span<int> waiting)
    {
        var count = 0;
        while (true)
        {
            if (states.Add(state))
            {
                ref readonly var instruction = ref instructions[state];
                if (instruction.Next < 0)
                {
                    return true;
                }

                var leadsOn = instruction.Set is null && (instruction.Place is not { } place || IsAt(place, text, at));
                if (leadsOn && instruction.Other >= 0)
                {
                    waiting[count++] = instruction.Other;
                }

                if (leadsOn)
                {
                    state = instruction.Next;
                    continue;
                }
            }

            if (count == 0)
            {
                return false;
            }

            state = waiting[--count];
        }
    }

    private static bool IsAt(PlaceKind place, ReadOnlySpan<char> text, int at) => place switch
    {
        PlaceKind.Start => at == 0,
        PlaceKind.End => at == text.Length || (at == text.Length - 1 && text[at] == '\n'),
        PlaceKind.VeryEnd => at == text.Length,
        PlaceKind.Boundary => IsBoundary(text, at),
        _ => !IsBoundary(text, at),
    };

    private static bool IsBoundary(ReadOnlySpan<char> text, int at) =>
        (at > 0 && IsOfWord(text[at - 1])) != (at < text.Length && IsOfWord(text[at]));

    // For boundaries .NET counts the two joiners as well (Unicode Technical Standard 18, RL1.4).
    private static bool IsOfWord(char letter) => letter is '\u200c' or '\u200d' || LetterSet.IsIn(LetterClass.Word, letter);
}
