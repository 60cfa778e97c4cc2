using System.Buffers.Binary;

namespace Qrator.FilterNode.Geo;

/// <summary>
/// The records of the search tree in a file (MaxMind DB format 2.0 specification, "Binary Search Tree Section"). A record is a node when
/// below the node count, "no data" when equal to it, otherwise an offset into the data section.
/// </summary>
/// <param name="nodes">The tree section and nothing else.</param>
/// <param name="recordSize">24, 28 or 32 bits.</param>
internal readonly ref struct MmdbTree(ReadOnlySpan<byte> nodes, int recordSize)
{
    private readonly ReadOnlySpan<byte> _nodes = nodes;
    private readonly int _recordSize = recordSize;

    /// <summary>Where the node begins, in bytes from the start of the file.</summary>
    public int OffsetOf(int node) => node * (_recordSize / 4);

    /// <summary>The record of <paramref name="node"/> for the next address bit 0 (left) or 1 (right).</summary>
    public uint Record(int node, int bit)
    {
        var bytes = _nodes.Slice(OffsetOf(node), _recordSize / 4);
        return _recordSize switch
        {
            24 => UInt24(bytes[(3 * bit)..]),
            28 when bit == 0 => ((uint)(bytes[3] >> 4) << 24) | UInt24(bytes),
            28 => ((uint)(bytes[3] & 0x0F) << 24) | UInt24(bytes[4..]),
            _ => BinaryPrimitives.ReadUInt32BigEndian(bytes[(4 * bit)..]),
        };
    }

    private static uint UInt24(ReadOnlySpan<byte> bytes) => ((uint)BinaryPrimitives.ReadUInt16BigEndian(bytes) << 8) | bytes[2];
}
