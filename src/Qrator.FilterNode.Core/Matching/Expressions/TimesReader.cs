using System.Globalization;

namespace Qrator.FilterNode.Matching.Expressions;

/// <summary>Reads how often a part of an expression repeats: <c>*</c>, <c>+</c>, <c>?</c>, <c>{2}</c>, <c>{2,}</c> or <c>{2,3}</c>.</summary>
internal static class TimesReader
{
    private const int MostTimes = 1_000;

    /// <summary>Reads from the sign to behind it.</summary>
    /// <param name="pattern">The expression.</param>
    /// <param name="at">Where the sign is; moved behind it.</param>
    /// <param name="min">How often at least.</param>
    /// <param name="max">How often at most; null for any number.</param>
    /// <returns>False for a brace that is a letter, and for more times than the reader takes.</returns>
    public static bool TryRead(ReadOnlySpan<char> pattern, ref int at, out int min, out int? max)
    {
        var sign = pattern[at++];
        min = sign == '+' ? 1 : 0;
        max = sign == '?' ? 1 : null;
        return sign != '{' || TryReadBraces(pattern, ref at, out min, out max);
    }

    private static bool TryReadBraces(ReadOnlySpan<char> pattern, ref int at, out int min, out int? max)
    {
        (min, max) = (0, null);
        var length = pattern[at..].IndexOf('}');
        if (length < 0)
        {
            return false;
        }

        var times = pattern.Slice(at, length);
        at += length + 1;
        var comma = times.IndexOf(',');
        var lowest = comma < 0 ? times : times[..comma];
        var highest = comma < 0 ? times : times[(comma + 1)..];
        if (!TryReadNumber(lowest, out min))
        {
            return false;
        }

        if (highest.IsEmpty)
        {
            return true;
        }

        max = TryReadNumber(highest, out var most) ? most : null;
        return max >= min;
    }

    private static bool TryReadNumber(ReadOnlySpan<char> text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= MostTimes;
}
