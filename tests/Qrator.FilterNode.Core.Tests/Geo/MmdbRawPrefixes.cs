using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Geo;

/// <summary>
/// The prefixes at the leaves of a file with 24-bit records, found without the reader under test. It is enough for choosing addresses: the
/// node count comes from the sixteen zero bytes behind the tree.
/// </summary>
internal sealed class MmdbRawPrefixes
{
    private readonly byte[] _file;
    private readonly int _nodes;

    public MmdbRawPrefixes(byte[] file)
    {
        _file = file;
        // The last record may end in zeros of its own.
        _nodes = (file.AsSpan().IndexOf(new byte[16]) + 5) / 6;
        byte[] ipv4Only = [.. "ip_version"u8, 0xA1, 4];
        Walk(0, UInt128.Zero, file.AsSpan().LastIndexOf(ipv4Only) > 0 ? 96 : 0);
    }

    /// <summary>The first address and the bits (of 128) of each.</summary>
    public List<(ClientKey First, int Bits)> All { get; } = [];

    private void Walk(int node, UInt128 first, int bits)
    {
        for (var bit = 0; bit < 2; bit++)
        {
            var at = (node * 6) + (bit * 3);
            var record = (_file[at] << 16) | (_file[at + 1] << 8) | _file[at + 2];
            var next = bit == 0 ? first : first | (UInt128.One << (127 - bits));
            if (record < _nodes)
            {
                Walk(record, next, bits + 1);
            }
            else
            {
                All.Add((Key(next), bits + 1));
            }
        }
    }

    private static ClientKey Key(UInt128 address) =>
        address <= uint.MaxValue ? ClientKey.FromIPv4((uint)address) : new((ulong)(address >> 64), (ulong)address);
}
