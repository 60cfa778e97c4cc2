namespace Qrator.FilterNode.Matching;

/// <summary>
/// A trie (E. Fredkin 1960) of patterns. All edges are in one hash table, so that a step costs the same wherever the node is and however
/// many patterns there are. Built once, then immutable and safe for any number of threads.
/// </summary>
internal sealed class PatternTrie
{
    /// <summary>The node of the empty text.</summary>
    public const int Root = 0;

    /// <summary>No node, or no pattern.</summary>
    public const int None = -1;

    private const int FirstCapacityBits = 6;

    private readonly List<int> _patterns = [None];
    private readonly List<(int Parent, char Letter)> _origins = [(None, default)];
    private Edge[] _edges = new Edge[1 << FirstCapacityBits];
    private int _shift = 64 - FirstCapacityBits;

    /// <summary>Nodes, numbered from 0; a node's number is larger than its parent's.</summary>
    public int Count => _patterns.Count;

    /// <summary>The id of the pattern that ends at the node, or <see cref="None"/>.</summary>
    public int PatternAt(int node) => _patterns[node];

    /// <summary>The node above and the letter that leads from it to <paramref name="node"/>, which is not the root.</summary>
    public (int Parent, char Letter) OriginOf(int node) => _origins[node];

    /// <summary>The node that <paramref name="letter"/> leads to, or <see cref="None"/>.</summary>
    public int Next(int node, char letter)
    {
        var key = Key(node, letter);
        var edges = _edges;
        for (var slot = Slot(key); ; slot = (slot + 1) & (edges.Length - 1))
        {
            ref readonly var edge = ref edges[slot];
            if (edge.Key == key)
            {
                return edge.Target;
            }

            if (edge.Key == 0)
            {
                return None;
            }
        }
    }

    /// <summary>Adds a pattern; not to be called once the trie is in use.</summary>
    /// <param name="pattern">Not yet in the trie.</param>
    /// <param name="id">Not negative.</param>
    /// <param name="backwards">Whether the last letter is next to the root.</param>
    public void Add(string pattern, int id, bool backwards)
    {
        var node = Root;
        for (var i = 0; i < pattern.Length; i++)
        {
            var letter = pattern[backwards ? pattern.Length - 1 - i : i];
            var next = Next(node, letter);
            node = next == None ? Append(node, letter) : next;
        }

        _patterns[node] = id;
    }

    private static ulong Key(int node, char letter) => (((ulong)(uint)node << 16) | letter) + 1;

    private int Slot(ulong key) => (int)((key * Hashing.Multiplier) >> _shift);

    private int Append(int node, char letter)
    {
        if (Count * 2 > _edges.Length)
        {
            Grow();
        }

        var target = Count;
        _patterns.Add(None);
        _origins.Add((node, letter));
        Insert(new(Key(node, letter), target));
        return target;
    }

    private void Insert(Edge edge)
    {
        var slot = Slot(edge.Key);
        while (_edges[slot].Key != 0)
        {
            slot = (slot + 1) & (_edges.Length - 1);
        }

        _edges[slot] = edge;
    }

    private void Grow()
    {
        var old = _edges;
        _edges = new Edge[old.Length * 2];
        _shift--;
        foreach (var edge in old)
        {
            if (edge.Key != 0)
            {
                Insert(edge);
            }
        }
    }

    // Key 0 is an empty slot.
    private readonly record struct Edge(ulong Key, int Target);
}
