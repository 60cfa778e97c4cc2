using System.Net;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Geo;

/// <summary>
/// A small writer of MMDB files, made from the specification and knowing nothing of the reader. Metadata and tree can be spoilt on purpose
/// before <see cref="Build"/>.
/// </summary>
internal sealed class MmdbWriter
{
    private const int Empty = -1;

    public MmdbWriter(int recordSize = 24, int ipVersion = 6)
    {
        RecordSize = recordSize;
        IpVersion = ipVersion;
        Metadata = new()
        {
            ["binary_format_major_version"] = (ushort)2,
            ["binary_format_minor_version"] = (ushort)0,
            ["build_epoch"] = 1_750_000_000UL,
            ["database_type"] = "Test-Country",
            ["description"] = new (object, object)[] { ("en", "a test") },
            ["ip_version"] = (ushort)ipVersion,
            ["languages"] = new object[] { "en" },
            ["record_size"] = (ushort)recordSize,
        };
        AddNode();
    }

    public int RecordSize { get; }

    public int IpVersion { get; }

    public MmdbDataWriter Data { get; } = new();

    /// <summary>Replaces or removes entries; node_count is set by <see cref="Build"/> unless it is here.</summary>
    public Dictionary<string, object> Metadata { get; }

    /// <summary>Each node's two records: a node, -1 for no data, or -2 less the offset of a data record.</summary>
    public List<int[]> Nodes { get; } = [];

    /// <summary>Appends the record to the data section and gives it to the prefix, such as <c>192.0.2.0/24</c>.</summary>
    public MmdbWriter Add(string prefix, object record) => AddOffset(prefix, Data.Write(record));

    /// <summary>Gives a record that was written before to the prefix.</summary>
    public MmdbWriter AddOffset(string prefix, int dataOffset)
    {
        var network = IPNetwork.Parse(prefix);
        var key = ClientKey.FromAddress(network.BaseAddress);
        Insert(key, network.PrefixLength + (key.IsIPv4 ? 96 : 0), dataOffset);
        return this;
    }

    /// <summary>Gives a record to a prefix of 0 to 128 bits (IPv4: 96 to 128). Shorter prefixes have to come before longer ones.</summary>
    public void Insert(ClientKey key, int bits, int dataOffset) => Set(Tree(key, bits), -2 - dataOffset);

    /// <summary>Makes the prefix an alias of the IPv4 addresses, as makers of databases do for ::ffff:0:0/96 and 2002::/16.</summary>
    public void AliasIPv4(ClientKey prefix, int bits)
    {
        var root = Enumerable.Range(0, 96).Aggregate(0, (node, _) => Child(node, 0));
        Set(Steps(prefix, bits), root);
    }

    public byte[] Build()
    {
        var entries = new Dictionary<string, object>(Metadata);
        entries.TryAdd("node_count", (uint)Nodes.Count);
        var metadata = new MmdbDataWriter();
        metadata.Write(entries.Select(entry => ((object)entry.Key, entry.Value)).ToArray());
        return [.. TreeBytes(), .. new byte[16], .. Data.ToArray(), 0xAB, 0xCD, 0xEF, .. "MaxMind.com"u8, .. metadata.ToArray()];
    }

    public int AddNode()
    {
        Nodes.Add([Empty, Empty]);
        return Nodes.Count - 1;
    }

    private IEnumerable<int> Tree(ClientKey key, int bits) =>
        key.IsIPv4 ? Steps(new(0, key.IPv4), bits).Skip(IpVersion == 4 ? 96 : 0) : Steps(key, bits);

    private static IEnumerable<int> Steps(ClientKey key, int bits) =>
        Enumerable.Range(0, bits).Select(i => (int)((i < 64 ? key.High >> (63 - i) : key.Low >> (127 - i)) & 1));

    private void Set(IEnumerable<int> steps, int record)
    {
        var node = 0;
        var last = -1;
        foreach (var bit in steps)
        {
            node = last < 0 ? node : Child(node, last);
            last = bit;
        }

        Nodes[node][last] = record;
    }

    private int Child(int node, int bit)
    {
        var record = Nodes[node][bit];
        if (record < 0)
        {
            var child = AddNode();
            Nodes[child] = [record, record];
            record = Nodes[node][bit] = child;
        }

        return record;
    }

    private IEnumerable<byte> TreeBytes() => Nodes.SelectMany(node => Pair(Record(node[0]), Record(node[1])));

    private uint Record(int record) => record switch
    {
        >= 0 => (uint)record,
        Empty => (uint)Nodes.Count,
        _ => (uint)(Nodes.Count + 16 + (-2 - record)),
    };

    private byte[] Pair(uint left, uint right) => RecordSize switch
    {
        24 => [.. Low24(left), .. Low24(right)],
        28 => [.. Low24(left), (byte)(((left >> 24) << 4) | (right >> 24)), .. Low24(right)],
        _ => [(byte)(left >> 24), .. Low24(left), (byte)(right >> 24), .. Low24(right)],
    };

    private static byte[] Low24(uint value) => [(byte)(value >> 16), (byte)(value >> 8), (byte)value];
}
