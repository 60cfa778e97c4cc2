using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Geo;

/// <summary>
/// The countries of an MMDB file (MaxMind DB format 2.0), held as a compact tree of their own: the file's bytes are not kept. Reads
/// MaxMind's shape (<c>country.iso_code</c>, else <c>registered_country.iso_code</c>) and flat ones (<c>country_code</c>, or
/// <c>country</c> as text). Immutable and safe for any number of threads.
/// </summary>
public sealed class MmdbCountryLookup : ICountryLookup
{
    // The first bits of an address pick an entry of a table, which saves that many steps, each of which may miss the cache.
    private const int FanBits = 16;
    private const int FanBitsOfSmallTree = 8;
    private const int SmallTreeNodes = 4_096;

    private readonly int[] _nodes;
    private readonly CountryCode[] _countries;
    private readonly int[] _ipv4Fan;
    private readonly int[] _ipv6Fan;
    private readonly int _fanBits;

    private MmdbCountryLookup(MmdbMetadata metadata, MmdbCompiledTree tree)
    {
        Metadata = metadata;
        _nodes = tree.Nodes;
        _countries = tree.Countries;
        _fanBits = tree.Nodes.Length < 2 * SmallTreeNodes ? FanBitsOfSmallTree : FanBits;
        // In an IPv6 tree the IPv4 addresses are ::/96 (specification, "IPv4 addresses in an IPv6 tree").
        _ipv4Fan = tree.Fan(tree.AfterZeros(metadata.AddressBits - 32), _fanBits);
        _ipv6Fan = metadata.IpVersion == 6 ? tree.Fan(tree.Root, _fanBits) : [];
    }

    /// <summary>What the file says about itself.</summary>
    public MmdbMetadata Metadata { get; }

    /// <summary>How many different countries the file has; at least 1.</summary>
    public int CountryCount => _countries.Length - 1;

    /// <summary>
    /// Checks and compiles a whole file. Takes time and memory in proportion to the file's length whatever its bytes are (some
    /// ten nanoseconds a byte), so it belongs on no request's thread. The bytes are not needed afterwards.
    /// </summary>
    /// <exception cref="MmdbFormatException">
    /// The file is no MMDB of format 2, is damaged in any part that a look-up can reach, or names no country at all: with such a database
    /// every client's country would be unknown.
    /// </exception>
    public static MmdbCountryLookup Load(ReadOnlyMemory<byte> file)
    {
        var bytes = file.Span;
        var metadata = MmdbMetadataReader.Read(bytes, out var markerOffset);
        var treeBytes = metadata.NodeCount * metadata.BytesPerNode;
        var dataStart = treeBytes + MmdbMetadataReader.SeparatorBytes;
        var tree = new MmdbTree(bytes[..treeBytes], metadata.RecordSize);
        var compiler = new MmdbTreeCompiler(metadata, tree, new MmdbSection(bytes[dataStart..markerOffset], dataStart));
        var compiled = compiler.Compile();
        return compiled.Countries.Length > 1
            ? new MmdbCountryLookup(metadata, compiled)
            : throw new MmdbFormatException(dataStart, $"no record names a country; the database is of type '{metadata.DatabaseType}', and one with country.iso_code or country_code is needed");
    }

    /// <inheritdoc/>
    public CountryCode Find(in ClientKey address)
    {
        if (address.IsIPv4)
        {
            var ipv4 = (ulong)address.IPv4 << 32;
            return _countries[~Walk(_ipv4Fan[ipv4 >> (64 - _fanBits)], ipv4 << _fanBits, 32 - _fanBits)];
        }

        if (_ipv6Fan.Length == 0)
        {
            return CountryCode.Unknown;
        }

        var node = Walk(_ipv6Fan[address.High >> (64 - _fanBits)], address.High << _fanBits, 64 - _fanBits);
        return _countries[~Walk(node, address.Low, 64)];
    }

    private int Walk(int node, ulong bits, int count)
    {
        var nodes = _nodes;
        for (; node >= 0 && count > 0; count--)
        {
            node = nodes[(2 * node) + (int)(bits >> 63)];
            bits <<= 1;
        }

        return node;
    }
}
