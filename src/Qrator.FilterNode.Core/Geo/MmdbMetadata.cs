namespace Qrator.FilterNode.Geo;

/// <summary>What a database says about itself (MaxMind DB format 2.0 specification, "Database Metadata"), checked against the file.</summary>
/// <param name="DatabaseType">The kind of data, such as <c>GeoLite2-Country</c>; free text chosen by the maker.</param>
/// <param name="BuildEpoch">When the database was built, to the second.</param>
/// <param name="NodeCount">Nodes of the search tree; at least 1.</param>
/// <param name="RecordSize">Bits of one record of a node: 24, 28 or 32.</param>
/// <param name="IpVersion">4: only IPv4 addresses; 6: both families.</param>
public sealed record MmdbMetadata(string DatabaseType, DateTimeOffset BuildEpoch, int NodeCount, int RecordSize, int IpVersion)
{
    /// <summary>A node is two records.</summary>
    internal int BytesPerNode => RecordSize / 4;

    /// <summary>Bits of an address, which is how deep the search tree may be.</summary>
    internal int AddressBits => IpVersion == 4 ? 32 : 128;
}
