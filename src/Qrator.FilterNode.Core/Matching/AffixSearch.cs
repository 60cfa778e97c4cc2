namespace Qrator.FilterNode.Matching;

/// <summary>
/// Finds all patterns that a text starts with, or all that it ends with, in one walk down a trie. The walk ends at the first letter that no
/// pattern has there, whatever the number of patterns. Immutable and safe for any number of threads.
/// </summary>
internal sealed class AffixSearch
{
    private readonly PatternTrie _trie = new();
    private readonly bool _atEnd;

    /// <summary>Makes a search for distinct, non-empty patterns with their ids.</summary>
    public AffixSearch(IEnumerable<(string Pattern, int Id)> patterns, bool atEnd)
    {
        _atEnd = atEnd;
        foreach (var (pattern, id) in patterns)
        {
            _trie.Add(pattern, id, backwards: atEnd);
        }
    }

    /// <summary>Reports each pattern once.</summary>
    public void Search<THits>(scoped ReadOnlySpan<char> text, ref THits hits)
        where THits : struct, IHits, allows ref struct
    {
        var node = PatternTrie.Root;
        for (var i = 0; i < text.Length; i++)
        {
            node = _trie.Next(node, _atEnd ? text[text.Length - 1 - i] : text[i]);
            if (node == PatternTrie.None)
            {
                return;
            }

            var id = _trie.PatternAt(node);
            if (id != PatternTrie.None)
            {
                hits.Hit(id);
            }
        }
    }
}
