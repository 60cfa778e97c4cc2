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

    private readonly GramSearch<UInt128> _eights;
    private readonly GramSearch<ulong> _fours;
    private readonly GramSearch<uint> _twos;
    private readonly GramSearch<ushort> _ones;
    private readonly PatternAutomaton _automaton;

    /// <summary>Makes a search. Takes milliseconds for thousands of patterns, so it belongs on no request's thread.</summary>
    /// <param name="patterns">Distinct, non-empty patterns, each with the id (not negative) that it is reported by.</param>
    public MultiPatternSearch(IReadOnlyList<(string Pattern, int Id)> patterns)
    {
        var byWidth = patterns.ToLookup(pattern => WidthFor(pattern.Pattern));
        _eights = new([.. byWidth[GramSearch<UInt128>.Width]]);
        _fours = new([.. byWidth[GramSearch<ulong>.Width]]);
        _twos = new([.. byWidth[GramSearch<uint>.Width]]);
        _ones = new([.. byWidth[GramSearch<ushort>.Width]]);
        _automaton = new(patterns);
    }

    /// <summary>Reports every pattern that occurs in the text, in no particular order, some of them several times.</summary>
    public void Search<THits>(scoped ReadOnlySpan<char> text, ref THits hits)
        where THits : struct, IHits, allows ref struct
    {
        var budget = FreeComparisons + (text.Length / LettersPerComparison);
        if (!((_eights.IsEmpty || _eights.TrySearch(text, ref budget, ref hits))
            && (_fours.IsEmpty || _fours.TrySearch(text, ref budget, ref hits))
            && (_twos.IsEmpty || _twos.TrySearch(text, ref budget, ref hits))
            && (_ones.IsEmpty || _ones.TrySearch(text, ref budget, ref hits))))
        {
            _automaton.Search(text, ref hits);
        }
    }

    private static int WidthFor(string pattern)
    {
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        return pattern.Length >= GramSearch<UInt128>.Width ? GramSearch<UInt128>.Width
            : pattern.Length >= GramSearch<ulong>.Width ? GramSearch<ulong>.Width
            : pattern.Length >= GramSearch<uint>.Width ? GramSearch<uint>.Width
            : GramSearch<ushort>.Width;
    }
}
