namespace Qrator.FilterNode.Matching.Expressions;

/// <summary>Writes expressions as instructions, from the last part to the first, so that where each leads to is known.</summary>
internal sealed class InstructionWriter
{
    /// <summary>Instructions that an automaton may have: what one letter of a text can cost at most.</summary>
    public const int Most = 512;

    private readonly List<Instruction> _instructions = [];

    private InstructionWriter()
    {
    }

    /// <summary>The instructions, or null when there are too many.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="start">The first instruction.</param>
    public static Instruction[]? Write(ExpressionNode expression, out int start)
    {
        var writer = new InstructionWriter();
        start = writer.Write(expression, writer.Add(new(null, null, -1, -1)));
        return writer._instructions.Count <= Most ? [.. writer._instructions] : null;
    }

    private int Write(ExpressionNode expression, int next)
    {
        // What is over the limit is thrown away, so it need not be right, only short.
        if (_instructions.Count > Most)
        {
            return next;
        }

        switch (expression)
        {
            case ExpressionNode.Letter letter:
                return Add(new(letter.Set, null, next, -1));
            case ExpressionNode.Place place:
                return Add(new(null, place.Kind, next, -1));
            case ExpressionNode.Sequence sequence:
                return sequence.Parts.Reverse().Aggregate(next, (after, part) => Write(part, after));
            case ExpressionNode.Choice choice:
                return choice.Parts.Select(part => Write(part, next)).ToList().Aggregate((one, other) => Add(new(null, null, one, other)));
            default:
                return WriteRepeat((ExpressionNode.Repeat)expression, next);
        }
    }

    private int WriteRepeat(ExpressionNode.Repeat repeat, int next)
    {
        var start = next;
        if (repeat.Max is { } max)
        {
            for (var i = repeat.Min; i < max; i++)
            {
                start = Add(new(null, null, Write(repeat.Part, start), next));
            }
        }
        else
        {
            start = Add(default);
            _instructions[start] = new(null, null, Write(repeat.Part, start), next);
        }

        for (var i = 0; i < repeat.Min; i++)
        {
            start = Write(repeat.Part, start);
        }

        return start;
    }

    private int Add(Instruction instruction)
    {
        _instructions.Add(instruction);
        return _instructions.Count - 1;
    }
}
