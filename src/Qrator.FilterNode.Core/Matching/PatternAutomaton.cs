using System.Buffers;

namespace Qrator.FilterNode.Matching;

/// <summary>
/// The automaton of A. V. Aho and M. J. Corasick, "Efficient string matching: an aid to bibliographic search" (1975), with links from a
/// match to the next shorter one. Time is linear in the text, whatever text and patterns are: a pattern that was found once is not reported
/// again, nor are those that end inside it. Immutable and safe for any number of threads.
/// </summary>
internal sealed class PatternAutomaton
{
    private const int BitsPerWord = 64;

    private readonly PatternTrie _trie = new();
    private readonly int _ids;
    private readonly int[] _failures;
    private readonly int[] _shorterMatches;

    /// <summary>Makes an automaton of distinct, non-empty patterns with their ids.</summary>
    public PatternAutomaton(IReadOnlyList<(string Pattern, int Id)> patterns)
    {
        foreach (var (pattern, id) in patterns)
        {
            _trie.Add(pattern, id, backwards: false);
            _ids = Math.Max(_ids, id + 1);
        }

        _failures = new int[_trie.Count];
        _shorterMatches = new int[_trie.Count];
        _shorterMatches[PatternTrie.Root] = PatternTrie.None;
        foreach (var node in ByDepth())
        {
            var (parent, letter) = _trie.OriginOf(node);
            var failure = parent == PatternTrie.Root ? PatternTrie.Root : Step(_failures[parent], letter);
            _failures[node] = failure;
            _shorterMatches[node] = _trie.PatternAt(failure) != PatternTrie.None ? failure : _shorterMatches[failure];
        }
    }

    /// <summary>Reports each pattern that occurs once.</summary>
    public void Search<THits>(scoped ReadOnlySpan<char> text, ref THits hits)
        where THits : struct, IHits, allows ref struct
    {
        var words = (_ids + BitsPerWord - 1) / BitsPerWord;
        var seen = ArrayPool<ulong>.Shared.Rent(words);
        Array.Clear(seen, 0, words);
        var node = PatternTrie.Root;
        foreach (var letter in text)
        {
            node = Step(node, letter);
            var match = _trie.PatternAt(node) != PatternTrie.None ? node : _shorterMatches[node];
            while (match != PatternTrie.None && MarkSeen(seen, _trie.PatternAt(match)))
            {
                hits.Hit(_trie.PatternAt(match));
                match = _shorterMatches[match];
            }
        }

        ArrayPool<ulong>.Shared.Return(seen);
    }

    private static bool MarkSeen(ulong[] seen, int id)
    {
        var bit = 1UL << (id % BitsPerWord);
        var isNew = (seen[id / BitsPerWord] & bit) == 0;
        seen[id / BitsPerWord] |= bit;
        return isNew;
    }

    private int Step(int node, char letter)
    {
        while (true)
        {
            var next = _trie.Next(node, letter);
            if (next != PatternTrie.None)
            {
                return next;
            }

            if (node == PatternTrie.Root)
            {
                return PatternTrie.Root;
            }

            node = _failures[node];
        }
    }

    /// <summary>All nodes but the root, those nearer to it first: a failure link leads to a node of smaller depth, which must be done by then.</summary>
    private int[] ByDepth()
    {
        var depths = new int[_trie.Count];
        var starts = new int[_trie.Count + 1];
        for (var node = 1; node < depths.Length; node++)
        {
            depths[node] = depths[_trie.OriginOf(node).Parent] + 1;
            starts[depths[node] + 1]++;
        }

        for (var depth = 1; depth < starts.Length; depth++)
        {
            starts[depth] += starts[depth - 1];
        }

        var nodes = new int[_trie.Count - 1];
        for (var node = 1; node < depths.Length; node++)
        {
            nodes[starts[depths[node]]++] = node;
        }

        return nodes;
    }
}
