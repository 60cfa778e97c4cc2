using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Qrator.FilterNode.Configuration;

namespace Qrator.FilterNode.Connections;

/// <summary>
/// A certificate with its key and all that a handshake needs of it, made once: the chain is not built again for each handshake, nothing is
/// fetched (no OCSP, no missing issuers), and tickets of earlier connections are resumed as long as this is in use. The cipher suites are
/// the platform's: a choice of our own would switch resumption off in .NET. Immutable; safe for any number of threads.
/// </summary>
internal sealed class ServiceCertificate : IServiceCertificate
{
    // As registered for ALPN (RFC 7301, section 6); a client that offers nothing else must not be turned away.
    private static readonly SslApplicationProtocol Http10 = new("http/1.0");

    /// <summary>Prepares the certificate.</summary>
    /// <param name="leaf">The certificate with its private key.</param>
    /// <param name="issuers">Where to look for the certificates between it and its root; those are sent with it.</param>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The certificate cannot be used.</exception>
    public ServiceCertificate(X509Certificate2 leaf, X509Certificate2Collection issuers)
    {
        ValidFrom = new(leaf.NotBefore.ToUniversalTime());
        ValidUntil = new(leaf.NotAfter.ToUniversalTime());
        Handshake = new()
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(leaf, issuers, offline: true),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11, Http10],
            AllowRenegotiation = false,
            AllowTlsResume = true,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
    }

    /// <inheritdoc/>
    public DateTimeOffset ValidFrom { get; }

    /// <inheritdoc/>
    public DateTimeOffset ValidUntil { get; }

    /// <summary>What a handshake with this certificate goes by. MUST NOT be changed: all connections share it.</summary>
    public SslServerAuthenticationOptions Handshake { get; }
}
