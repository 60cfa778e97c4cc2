using System.Text;

namespace Qrator.FilterNode.UserRules.Compilation;

/// <summary>
/// Reads a regular expression of .NET, known to be valid, from left to right and collects the letters that must follow each other in a
/// match. Groups and sets end a run of letters; what it does not know ends the reading.
/// </summary>
internal ref struct LiteralReader(string pattern, bool ignoresCase)
{
    private const string ZeroWidthOrClass = "dDwWsSbBAzZG";
    private readonly StringBuilder _run = new();
    private string _longest = "";
    private int _at;

    /// <summary>Reads the whole expression.</summary>
    /// <returns>False when it has something that this reader does not know.</returns>
    public bool TryRead(out string longest)
    {
        var known = true;
        while (known && _at < pattern.Length)
        {
            known = TryReadElement();
        }

        EndRun();
        longest = _longest;
        return known;
    }

    private bool TryReadElement()
    {
        switch (pattern[_at])
        {
            case '|' or '*' or '?' or '+' or '{' or ')':
                return false;
            case '(':
                return TrySkipGroup() && TrySkipQuantifier(out _);
            case '[':
                return TrySkipSet() && TrySkipQuantifier(out _);
            case '.' or '^' or '$':
                _at++;
                EndRun();
                return TrySkipQuantifier(out _);
            case '\\':
                return TryReadEscape();
            default:
                return TryReadLetter(pattern[_at++]);
        }
    }

    private bool TryReadLetter(char letter)
    {
        if (!TrySkipQuantifier(out var times) || char.IsSurrogate(letter))
        {
            return false;
        }

        if (times == Times.Any || (ignoresCase && !HasPlainCase(letter)))
        {
            EndRun();
            return true;
        }

        _run.Append(ignoresCase ? char.ToUpperInvariant(letter) : letter);
        if (times == Times.AtLeastOnce)
        {
            EndRun();
        }

        return true;
    }

    // Letters that also match letters outside ASCII: the Kelvin sign is a k, there are more kinds of i, and a long s.
    private static bool HasPlainCase(char letter) => char.IsAscii(letter) && !"kKiIsS".Contains(letter, StringComparison.Ordinal);

    private bool TryReadEscape()
    {
        if (_at + 1 >= pattern.Length)
        {
            return false;
        }

        var escaped = pattern[_at + 1];
        _at += 2;
        if (ZeroWidthOrClass.Contains(escaped, StringComparison.Ordinal))
        {
            EndRun();
            return TrySkipQuantifier(out _);
        }

        return char.IsAscii(escaped) && !char.IsAsciiLetterOrDigit(escaped) && escaped != '_' && TryReadLetter(escaped);
    }

    private bool TrySkipGroup()
    {
        EndRun();
        var depth = 0;
        do
        {
            switch (pattern[_at])
            {
                // Options, comments and names: (?:...) is the only such group that is sure to change nothing outside.
                case '(' when _at + 1 < pattern.Length && pattern[_at + 1] == '?' && (_at + 2 >= pattern.Length || pattern[_at + 2] != ':'):
                    return false;
                case '(':
                    depth++;
                    _at++;
                    break;
                case ')':
                    depth--;
                    _at++;
                    break;
                case '\\':
                    _at += 2;
                    break;
                case '[':
                    if (!TrySkipSet())
                    {
                        return false;
                    }

                    break;
                default:
                    _at++;
                    break;
            }
        }
        while (depth > 0 && _at < pattern.Length);

        return depth == 0;
    }

    private bool TrySkipSet()
    {
        EndRun();
        var start = ++_at;
        for (; _at < pattern.Length && pattern[_at] != ']'; _at++)
        {
            // A set inside a set is subtraction or something odd.
            if (pattern[_at] == '[')
            {
                return false;
            }

            if (pattern[_at] == '\\')
            {
                _at++;
            }
        }

        // A bracket directly at the start is a letter of the set.
        var isEmpty = _at == start || (_at == start + 1 && pattern[start] == '^');
        _at++;
        return !isEmpty && _at <= pattern.Length;
    }

    private bool TrySkipQuantifier(out Times times)
    {
        times = Times.Once;
        if (_at >= pattern.Length || pattern[_at] is not ('*' or '?' or '+' or '{'))
        {
            return true;
        }

        if (pattern[_at] == '{')
        {
            var end = pattern.IndexOf('}', _at);
            if (end < 0 || pattern[(_at + 1)..end].Any(c => !char.IsAsciiDigit(c) && c != ',') || !char.IsAsciiDigit(pattern[_at + 1]))
            {
                return false;
            }

            _at = end;
        }

        times = pattern[_at] == '+' ? Times.AtLeastOnce : Times.Any;
        _at++;
        if (_at < pattern.Length && pattern[_at] == '?')
        {
            _at++;
        }

        return true;
    }

    private void EndRun()
    {
        _longest = _run.Length > _longest.Length ? _run.ToString() : _longest;
        _run.Clear();
    }

    private enum Times
    {
        Once,
        AtLeastOnce,
        Any,
    }
}
