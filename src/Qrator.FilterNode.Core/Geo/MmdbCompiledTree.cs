namespace Qrator.FilterNode.Geo;

/// <summary>The result of <see cref="MmdbTreeCompiler"/>. No path is longer than the bits of an address of the database.</summary>
/// <param name="Root">The root node, or a leaf when the whole tree is one country.</param>
/// <param name="Nodes">Pairs: left and right of each node. Not negative is a node, negative the complement of a country's index.</param>
/// <param name="Countries">The countries that leaves stand for; the first is <see cref="CountryCode.Unknown"/>.</param>
internal sealed record MmdbCompiledTree(int Root, int[] Nodes, CountryCode[] Countries)
{
    /// <summary>Where <paramref name="bits"/> address bits of zero lead to from the root.</summary>
    public int AfterZeros(int bits)
    {
        var node = Root;
        for (; bits > 0 && node >= 0; bits--)
        {
            node = Nodes[2 * node];
        }

        return node;
    }

    /// <summary>Where each value of the next bits leads to from <paramref name="node"/>: the last node reached, or a leaf.</summary>
    /// <param name="node">A node or leaf.</param>
    /// <param name="bits">How many bits; the result has two to the power of that many elements.</param>
    public int[] Fan(int node, int bits)
    {
        var fan = new int[1 << bits];
        Fill(fan, node);
        return fan;
    }

    private void Fill(Span<int> part, int node)
    {
        if (part.Length == 1 || node < 0)
        {
            part.Fill(node);
            return;
        }

        var half = part.Length / 2;
        Fill(part[..half], Nodes[2 * node]);
        Fill(part[half..], Nodes[(2 * node) + 1]);
    }
}
