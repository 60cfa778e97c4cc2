namespace Qrator.FilterNode.Origins;

/// <summary>How the node speaks TLS to an origin.</summary>
/// <param name="VerifyCertificate">Whether the origin's certificate must be trusted by the system and be for <paramref name="HostName"/>.</param>
/// <param name="HostName">The name the certificate must be for, also sent as server name (SNI, RFC 6066); an IP address is not sent.</param>
public sealed record OriginTls(bool VerifyCertificate, string HostName);
