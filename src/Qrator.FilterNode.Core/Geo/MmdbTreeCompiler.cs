namespace Qrator.FilterNode.Geo;

/// <summary>
/// Compiles the search tree of a file into pairs of ints: entry <c>2 n + bit</c> is the next node when not negative, otherwise the
/// complement of an index into the countries. Where both sides of a node lead to the same country the node is left out, so that data that
/// tells more apart than countries costs nothing. Each node is visited once; a tree that could not come to an end within the bits of an
/// address is refused, which is what lets a look-up go without any check.
/// </summary>
internal ref struct MmdbTreeCompiler
{
    private const byte NotVisited = 0;
    private const byte InProgress = 255;

    private readonly MmdbMetadata _metadata;
    private readonly MmdbTree _tree;
    private readonly int _dataLength;
    private readonly byte[] _heights;
    private readonly int[] _compiled;
    private readonly int[] _nodes;
    private readonly Dictionary<int, int> _leaves = [];
    private readonly Dictionary<CountryCode, int> _leafOfCountry = [];
    private readonly List<CountryCode> _countries = [];
    private MmdbCountryRecords _records;
    private int _used;

    /// <summary>Takes the parts of a file whose metadata has been checked against it.</summary>
    public MmdbTreeCompiler(MmdbMetadata metadata, MmdbTree tree, MmdbSection data)
    {
        _metadata = metadata;
        _tree = tree;
        _dataLength = data.Length;
        _records = new(data);
        _heights = new byte[metadata.NodeCount];
        _compiled = new int[metadata.NodeCount];
        _nodes = new int[2 * metadata.NodeCount];
        LeafOf(CountryCode.Unknown);
    }

    /// <summary>Compiles from the root.</summary>
    /// <exception cref="MmdbFormatException">The tree or a data record cannot be used.</exception>
    public MmdbCompiledTree Compile()
    {
        var root = Node(0, 0);
        return new(root, _nodes.AsSpan(0, 2 * _used).ToArray(), [.. _countries]);
    }

    // Recursion is no deeper than the bits of an address.
    private int Node(int node, int depth)
    {
        if (_heights[node] == InProgress)
        {
            throw new MmdbFormatException(_tree.OffsetOf(node), $"node {node} leads back to itself");
        }

        if (_heights[node] != NotVisited)
        {
            CheckDepth(node, depth + _heights[node]);
            return _compiled[node];
        }

        CheckDepth(node, depth + 1);
        _heights[node] = InProgress;
        var left = Record(node, 0, depth, out var leftHeight);
        var right = Record(node, 1, depth, out var rightHeight);
        _heights[node] = (byte)(1 + Math.Max(leftHeight, rightHeight));
        return _compiled[node] = left == right && left < 0 ? left : Add(left, right);
    }

    private int Record(int node, int bit, int depth, out int height)
    {
        var record = _tree.Record(node, bit);
        height = 0;
        if (record == _metadata.NodeCount)
        {
            return ~0;
        }

        if (record > _metadata.NodeCount)
        {
            return Leaf(node, record - _metadata.NodeCount - MmdbMetadataReader.SeparatorBytes);
        }

        var compiled = Node((int)record, depth + 1);
        height = _heights[(int)record];
        return compiled;
    }

    private int Leaf(int node, long dataOffset)
    {
        if (dataOffset < 0 || dataOffset >= _dataLength)
        {
            throw new MmdbFormatException(_tree.OffsetOf(node), $"node {node} points to byte {dataOffset} of the data section, which has {_dataLength} bytes");
        }

        if (!_leaves.TryGetValue((int)dataOffset, out var leaf))
        {
            leaf = LeafOf(_records.Read((int)dataOffset));
            _leaves.Add((int)dataOffset, leaf);
        }

        return leaf;
    }

    private readonly int LeafOf(CountryCode country)
    {
        if (!_leafOfCountry.TryGetValue(country, out var leaf))
        {
            leaf = ~_countries.Count;
            _countries.Add(country);
            _leafOfCountry.Add(country, leaf);
        }

        return leaf;
    }

    private int Add(int left, int right)
    {
        _nodes[2 * _used] = left;
        _nodes[(2 * _used) + 1] = right;
        return _used++;
    }

    private readonly void CheckDepth(int node, int depth)
    {
        if (depth > _metadata.AddressBits)
        {
            throw new MmdbFormatException(_tree.OffsetOf(node), $"node {node} lies on a path of over {_metadata.AddressBits} bits, the length of an address");
        }
    }
}
