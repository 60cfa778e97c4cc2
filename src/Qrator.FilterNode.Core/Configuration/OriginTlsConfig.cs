using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>The section <c>OriginTls</c> of a service: how the node speaks to origins with <c>https://</c>.</summary>
public sealed record OriginTlsConfig
{
    /// <summary>Whether the origin's certificate is checked.</summary>
    [Setting("Whether the certificate of an https:// origin must be trusted by the system and be for the right name. When false, anybody on the way can pose as the origin.")]
    public bool VerifyCertificate { get; init; } = true;

    /// <summary>The name that the certificate must be for.</summary>
    [Setting("The host name that the certificate of an https:// origin must be for, also sent as server name (SNI). The first exact name in Hosts unless given; without one, the origin's address.")]
    public string? HostName { get; init; }
}
