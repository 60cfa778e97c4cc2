namespace Qrator.FilterNode.Matching.Expressions;

/// <summary>Reads sets such as <c>[^a-z\d_]</c>; gives up on subtraction, Unicode categories and brackets in odd places.</summary>
internal static class SetReader
{
    private const int CaseDistance = 'a' - 'A';
    private const char KelvinSign = '\u212a';

    /// <summary>Reads from behind the opening bracket to behind the closing one.</summary>
    /// <returns>Null where the reader gives up.</returns>
    public static LetterSet? Read(ReadOnlySpan<char> pattern, ref int at, bool ignoresCase)
    {
        var negated = at < pattern.Length && pattern[at] == '^';
        at += negated ? 1 : 0;
        var ranges = new List<(char From, char To)>();
        var classes = new List<(LetterClass Class, bool Negated)>();
        while (at < pattern.Length && pattern[at] != ']')
        {
            var afterBackslash = at + 1;
            if (pattern[at] == '\\' && EscapeReader.TryReadClass(pattern, ref afterBackslash, out var @class))
            {
                at = afterBackslash;
                classes.Add(@class);
                // A hyphen behind a class is a letter at the end of the set and something odd elsewhere.
                if (at + 1 < pattern.Length && pattern[at] == '-' && pattern[at + 1] != ']')
                {
                    return null;
                }
            }
            else if (!TryReadRange(pattern, ref at, out var range))
            {
                return null;
            }
            else
            {
                ranges.Add(range);
            }
        }

        // An empty set is none: its closing bracket is a letter.
        if (at >= pattern.Length || (ranges.Count == 0 && classes.Count == 0))
        {
            return null;
        }

        at++;
        return !ignoresCase ? new(ranges, classes, negated) : WithBothCases(ranges) is { } both ? new(both, classes, negated) : null;
    }

    /// <summary>The letters in both cases as .NET sees it without culture; null where some are outside ASCII.</summary>
    public static List<(char From, char To)>? WithBothCases(IReadOnlyList<(char From, char To)> ranges)
    {
        var both = new List<(char From, char To)>();
        foreach (var (from, to) in ranges)
        {
            if (!char.IsAscii(to))
            {
                return null;
            }

            both.Add((from, to));
            AddOtherCase(both, from, to, 'A', 'Z', CaseDistance);
            AddOtherCase(both, from, to, 'a', 'z', -CaseDistance);
            if ((from <= 'k' && to >= 'k') || (from <= 'K' && to >= 'K'))
            {
                both.Add((KelvinSign, KelvinSign));
            }
        }

        return both;
    }

    private static void AddOtherCase(List<(char From, char To)> both, char from, char to, char first, char last, int distance)
    {
        var lowest = Math.Max(from, first);
        var highest = Math.Min(to, last);
        if (lowest <= highest)
        {
            both.Add(((char)(lowest + distance), (char)(highest + distance)));
        }
    }

    private static bool TryReadRange(ReadOnlySpan<char> pattern, ref int at, out (char From, char To) range)
    {
        range = default;
        if (!TryReadLetter(pattern, ref at, out var from))
        {
            return false;
        }

        range = (from, from);
        if (at + 1 < pattern.Length && pattern[at] == '-' && pattern[at + 1] != ']')
        {
            at++;
            var hasEnd = TryReadLetter(pattern, ref at, out var to);
            range = (from, to);
            return hasEnd && from <= to;
        }

        return true;
    }

    private static bool TryReadLetter(ReadOnlySpan<char> pattern, ref int at, out char letter)
    {
        letter = default;
        if (at >= pattern.Length || pattern[at] == '[')
        {
            return false;
        }

        letter = pattern[at++];
        return letter != '\\' || EscapeReader.TryReadLetter(pattern, ref at, out letter);
    }
}
