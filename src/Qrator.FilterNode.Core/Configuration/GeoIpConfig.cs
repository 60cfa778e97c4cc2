using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>The section <c>GeoIp</c>.</summary>
public sealed record GeoIpConfig
{
    /// <summary>The MMDB file.</summary>
    [Setting("A country database in MaxMind's format (MMDB), such as GeoLite2-Country.mmdb. A changed file is taken within 2 seconds.")]
    public string? Database { get; init; }
}
