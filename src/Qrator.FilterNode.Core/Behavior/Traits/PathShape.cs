namespace Qrator.FilterNode.Behavior.Traits;

/// <summary>
/// What paths have in common that differ only in numbers and names: <c>/item/123?ref=a</c> and <c>/item/77?ref=b</c> are one shape. A segment with
/// a digit, or of over 24 characters, stands for any such; of the query the names of the parameters count. Of a long path the first 16 segments
/// and 8 parameters count, so the time is bounded.
/// </summary>
public static class PathShape
{
    private const int LongestWord = 24;
    private const int MostSegments = 16;
    private const int MostParameters = 8;
    private const ulong Varied = 2;
    private const ulong Query = 4;

    /// <summary>The shape as a hash (see <see cref="TraitHash"/>). Allocates nothing.</summary>
    /// <param name="path">The decoded path.</param>
    /// <param name="query">The query without the question mark.</param>
    public static ulong Of(ReadOnlySpan<char> path, ReadOnlySpan<char> query)
    {
        var shape = 1UL;
        for (var segments = 0; segments < MostSegments && !path.IsEmpty; segments++)
        {
            var end = path[1..].IndexOf('/') + 1;
            var segment = end == 0 ? path[1..] : path[1..end];
            shape = TraitHash.Join(shape, OfSegment(segment));
            path = end == 0 ? default : path[end..];
        }

        for (var parameters = 0; parameters < MostParameters && !query.IsEmpty; parameters++)
        {
            var end = query.IndexOf('&');
            var parameter = end < 0 ? query : query[..end];
            var name = parameter.IndexOf('=') is >= 0 and var length ? parameter[..length] : parameter;
            shape = TraitHash.Join(shape ^ Query, OfWord(name));
            query = end < 0 ? default : query[(end + 1)..];
        }

        return shape | 1;
    }

    // 12.png and 77.png are one shape, 12.png and 12.php are not.
    private static ulong OfSegment(ReadOnlySpan<char> segment)
    {
        var dot = segment.LastIndexOf('.');
        return dot > 0 ? TraitHash.Join(OfWord(segment[..dot]), OfWord(segment[dot..])) : OfWord(segment);
    }

    // By hand: the span methods for ranges box their bounds when the span is empty.
    private static ulong OfWord(ReadOnlySpan<char> word)
    {
        if (word.Length > LongestWord)
        {
            return Varied;
        }

        foreach (var letter in word)
        {
            if (char.IsAsciiDigit(letter))
            {
                return Varied;
            }
        }

        return TraitHash.Of(word);
    }
}
