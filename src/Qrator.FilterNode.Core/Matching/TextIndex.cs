using System.Buffers;
using System.Collections.Frozen;

namespace Qrator.FilterNode.Matching;

/// <summary>
/// Many tests of one text, decided together: equality by one dictionary, substrings by one multi-pattern search, prefixes and suffixes by
/// one walk each. The time does not grow with the number of tests. Comparison is ordinal. Immutable and safe for any number of threads; a
/// search allocates nothing.
/// </summary>
public sealed class TextIndex
{
    private const int StackLetters = 256;

    private readonly bool _ignoreCase;
    private readonly int[] _alwaysTrue;
    private readonly FrozenDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>>? _equal;
    private readonly MultiPatternSearch? _contains;
    private readonly AffixSearch? _startsWith;
    private readonly AffixSearch? _endsWith;

    /// <param name="tests">Distinct tests; the id of each is its place. Patterns are upper case when case is ignored.</param>
    /// <param name="ignoreCase">Whether texts are compared without case.</param>
    internal TextIndex(IReadOnlyList<(TextTest Test, string Pattern)> tests, bool ignoreCase)
    {
        _ignoreCase = ignoreCase;
        var byTest = tests.Select((test, id) => (test.Test, test.Pattern, Id: id)).ToLookup(test => test.Test, test => (test.Pattern, test.Id));
        _alwaysTrue = [.. tests.Index().Where(test => test.Item.Pattern.Length == 0 && test.Item.Test != TextTest.Equal).Select(test => test.Index)];
        _equal = byTest.Contains(TextTest.Equal)
            ? byTest[TextTest.Equal].ToFrozenDictionary(test => test.Pattern, test => test.Id, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>()
            : null;
        _contains = NotEmpty(byTest[TextTest.Contains]) is { Count: > 0 } contained ? new(contained) : null;
        _startsWith = NotEmpty(byTest[TextTest.StartsWith]) is { Count: > 0 } prefixes ? new(prefixes, atEnd: false) : null;
        _endsWith = NotEmpty(byTest[TextTest.EndsWith]) is { Count: > 0 } suffixes ? new(suffixes, atEnd: true) : null;
    }

    /// <summary>Reports every test that is true of the text, by the id that <see cref="TextIndexBuilder.Add"/> gave, in no particular order, some several times.</summary>
    public void Search<THits>(scoped ReadOnlySpan<char> text, ref THits hits)
        where THits : struct, IHits, allows ref struct
    {
        if (!_ignoreCase)
        {
            SearchOrdinal(text, ref hits);
            return;
        }

        var rented = text.Length > StackLetters ? ArrayPool<char>.Shared.Rent(text.Length) : null;
        var buffer = rented ?? stackalloc char[StackLetters];
        var length = text.ToUpperInvariant(buffer);
        SearchOrdinal(buffer[..length], ref hits);
        if (rented is not null)
        {
            ArrayPool<char>.Shared.Return(rented);
        }
    }

    private static List<(string Pattern, int Id)> NotEmpty(IEnumerable<(string Pattern, int Id)> tests) => [.. tests.Where(test => test.Pattern.Length > 0)];

    private void SearchOrdinal<THits>(scoped ReadOnlySpan<char> text, ref THits hits)
        where THits : struct, IHits, allows ref struct
    {
        foreach (var id in _alwaysTrue)
        {
            hits.Hit(id);
        }

        if (_equal is { } equal && equal.TryGetValue(text, out var equalId))
        {
            hits.Hit(equalId);
        }

        _startsWith?.Search(text, ref hits);
        _endsWith?.Search(text, ref hits);
        _contains?.Search(text, ref hits);
    }
}
