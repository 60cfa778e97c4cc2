namespace Qrator.FilterNode.Matching;

/// <summary>
/// Finds all of many patterns that occur in a text, ordinally. The time does not grow with the number of patterns, and is linear in the
/// text whatever text and patterns are. Immutable and safe for any number of threads; a search allocates nothing.
/// </summary>
/// <remarks>
/// Grams decide nearly every text (<see cref="GramSearch{TGram}"/>). A text that was made to look like many patterns at once uses up the
/// comparisons that it is granted, and is handed to <see cref="PatternAutomaton"/>, which is slower but has no bad case.
/// </remarks>
public sealed class MultiPatternSearch
{
    // Enough for honest texts; in proportion to the text, so that the total stays linear.
    private const int FreeComparisons = 64;
    private const int LettersPerComparison = 4;

    private readonly GramSearch<ulong> _long;
    private readonly GramSearch<uint> _short;
    private readonly GramSearch<ushort> _letters;
    private readonly PatternAutomaton _automaton;

    /// <summary>Makes a search. Takes milliseconds for thousands of patterns, so it belongs on no request's thread.</summary>
    /// <param name="patterns">Distinct, non-empty patterns, each with the id (not negative) that it is reported by.</param>
    public MultiPatternSearch(IReadOnlyList<(string Pattern, int Id)> patterns)
    {
        var longs = new List<(string, int)>();
        var shorts = new List<(string, int)>();
        var letters = new List<(string, int)>();
        foreach (var (pattern, id) in patterns)
        {
            ArgumentException.ThrowIfNullOrEmpty(pattern, nameof(patterns));
            var list = pattern.Length >= GramSearch<ulong>.Width ? longs : pattern.Length >= GramSearch<uint>.Width ? shorts : letters;
            list.Add((pattern, id));
        }

        _long = new(longs);
        _short = new(shorts);
        _letters = new(letters);
        _automaton = new(patterns);
    }

    /// <summary>Reports every pattern that occurs in the text, in no particular order, some of them several times.</summary>
    public void Search<THits>(scoped ReadOnlySpan<char> text, ref THits hits)
        where THits : struct, IHits, allows ref struct
    {
        var budget = FreeComparisons + (text.Length / LettersPerComparison);
        if (!((_long.IsEmpty || _long.TrySearch(text, ref budget, ref hits))
            && (_short.IsEmpty || _short.TrySearch(text, ref budget, ref hits))
            && (_letters.IsEmpty || _letters.TrySearch(text, ref budget, ref hits))))
        {
            _automaton.Search(text, ref hits);
        }
    }
}
