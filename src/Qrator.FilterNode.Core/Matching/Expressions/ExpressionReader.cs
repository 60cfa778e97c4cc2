namespace Qrator.FilterNode.Matching.Expressions;

/// <summary>
/// Reads the part of .NET's syntax of regular expressions that people write in rules: letters, sets, classes, groups, choices, repetition, places,
/// and the options <c>(?i)</c> and <c>(?s)</c> at the start. Whatever else there is, or is wrong, makes it give up.
/// </summary>
internal ref struct ExpressionReader
{
    private const int DeepestNesting = 64;

    private readonly ReadOnlySpan<char> _pattern;
    private bool _ignoresCase;
    private bool _dotIsAll;
    private int _at;

    private ExpressionReader(ReadOnlySpan<char> pattern, bool ignoresCase)
    {
        _pattern = pattern;
        _ignoresCase = ignoresCase;
    }

    private readonly bool IsAtEnd => _at >= _pattern.Length;

    /// <summary>The expression, or null where the reader gives up.</summary>
    /// <param name="pattern">Any text.</param>
    /// <param name="ignoresCase">Whether case is ignored; set when the expression says so.</param>
    public static ExpressionNode? Read(string pattern, ref bool ignoresCase)
    {
        var reader = new ExpressionReader(pattern, ignoresCase);
        reader.ReadOptions();
        var node = reader.ReadChoice(depth: 0);
        ignoresCase = reader._ignoresCase;
        return reader.IsAtEnd ? node : null;
    }

    private void ReadOptions()
    {
        var end = _pattern.StartsWith("(?") ? _pattern.IndexOf(')') : -1;
        if (end > 2 && !_pattern[2..end].ContainsAnyExcept("is"))
        {
            _ignoresCase |= _pattern[2..end].Contains('i');
            _dotIsAll = _pattern[2..end].Contains('s');
            _at = end + 1;
        }
    }

    private ExpressionNode? ReadChoice(int depth)
    {
        var parts = new List<ExpressionNode>();
        while (true)
        {
            if (depth > DeepestNesting || ReadSequence(depth) is not { } part)
            {
                return null;
            }

            parts.Add(part);
            if (IsAtEnd || _pattern[_at] != '|')
            {
                return parts.Count == 1 ? parts[0] : new ExpressionNode.Choice(parts);
            }

            _at++;
        }
    }

    private ExpressionNode? ReadSequence(int depth)
    {
        var parts = new List<ExpressionNode>();
        while (!IsAtEnd && _pattern[_at] is not ('|' or ')'))
        {
            if (ReadElement(depth) is not { } element || ReadRepetition(element) is not { } part)
            {
                return null;
            }

            parts.Add(part);
        }

        return parts.Count == 1 ? parts[0] : new ExpressionNode.Sequence(parts);
    }

    private ExpressionNode? ReadElement(int depth)
    {
        var letter = _pattern[_at++];
        switch (letter)
        {
            case '*' or '+' or '?' or '{':
                return null;
            case '(':
                return ReadGroup(depth);
            case '[':
                return SetReader.Read(_pattern, ref _at, _ignoresCase) is { } set ? new ExpressionNode.Letter(set, null) : null;
            case '.':
                return new ExpressionNode.Letter(_dotIsAll ? LetterSet.All : LetterSet.AllOfLine, null);
            case '^':
                return new ExpressionNode.Place(PlaceKind.Start);
            case '$':
                return new ExpressionNode.Place(PlaceKind.End);
            case '\\':
                return ReadEscape();
            default:
                return OneLetter(letter);
        }
    }

    private ExpressionNode? ReadGroup(int depth)
    {
        if (!IsAtEnd && _pattern[_at] == '?')
        {
            // Of all groups with a question mark only this one has no further meaning.
            if (!_pattern[_at..].StartsWith("?:"))
            {
                return null;
            }

            _at += 2;
        }

        var node = ReadChoice(depth + 1);
        return node is not null && !IsAtEnd && _pattern[_at++] == ')' ? node : null;
    }

    private ExpressionNode? ReadEscape()
    {
        if (IsAtEnd)
        {
            return null;
        }

        PlaceKind? place = _pattern[_at] switch
        {
            'A' => PlaceKind.Start,
            'Z' => PlaceKind.End,
            'z' => PlaceKind.VeryEnd,
            'b' => PlaceKind.Boundary,
            'B' => PlaceKind.NoBoundary,
            _ => null,
        };
        if (place is { } kind)
        {
            _at++;
            return new ExpressionNode.Place(kind);
        }

        return EscapeReader.TryReadClass(_pattern, ref _at, out var @class)
            ? new ExpressionNode.Letter(LetterSet.Of(@class.Class, @class.Negated), null)
            : EscapeReader.TryReadLetter(_pattern, ref _at, out var letter) ? OneLetter(letter) : null;
    }

    private readonly ExpressionNode? OneLetter(char letter)
    {
        if (!_ignoresCase)
        {
            return new ExpressionNode.Letter(LetterSet.Of(letter), letter);
        }

        // Without case the Kelvin sign is a k, so that no one upper case stands for all.
        return SetReader.WithBothCases([(letter, letter)]) is { } ranges
            ? new ExpressionNode.Letter(new(ranges, [], negated: false), letter is 'k' or 'K' ? null : char.ToUpperInvariant(letter))
            : null;
    }

    private ExpressionNode? ReadRepetition(ExpressionNode element)
    {
        if (IsAtEnd || _pattern[_at] is not ('*' or '+' or '?' or '{'))
        {
            return element;
        }

        if (!TimesReader.TryRead(_pattern, ref _at, out var min, out var max) || element is ExpressionNode.Place)
        {
            return null;
        }

        // Lazy or greedy, it matches the same texts.
        if (!IsAtEnd && _pattern[_at] == '?')
        {
            _at++;
        }

        return IsAtEnd || _pattern[_at] is not ('*' or '+' or '?' or '{') ? new ExpressionNode.Repeat(element, min, max) : null;
    }
}
