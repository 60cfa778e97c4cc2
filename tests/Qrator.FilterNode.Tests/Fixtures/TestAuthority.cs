using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Qrator.FilterNode.Fixtures;

/// <summary>A certificate authority of the test's own: a root that clients trust, and an intermediate that servers must send.</summary>
public sealed class TestAuthority
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(3650);

    private readonly X509Certificate2 _root;
    private readonly X509Certificate2 _intermediate;
    private int _issued;

    public TestAuthority()
    {
        _root = Certify("root", ECDsa.Create(ECCurve.NamedCurves.nistP256), null);
        _intermediate = Certify("intermediate", ECDsa.Create(ECCurve.NamedCurves.nistP256), _root);
    }

    /// <summary>The certificate of the intermediate as PEM.</summary>
    public string Chain => _intermediate.ExportCertificatePem() + "\n";

    /// <summary>The certificate of the root as PEM.</summary>
    public string Root => _root.ExportCertificatePem() + "\n";

    /// <summary>What a client checks that trusts the root alone.</summary>
    public X509ChainPolicy Trust
    {
        get
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
            policy.CustomTrustStore.Add(_root);
            return policy;
        }
    }

    /// <summary>A certificate for these hosts, with its key; its common name is the first of them.</summary>
    public X509Certificate2 Issue(params IReadOnlyList<string> hosts) => Issue(hosts, DateTimeOffset.UtcNow + Lifetime);

    public X509Certificate2 Issue(IReadOnlyList<string> hosts, DateTimeOffset until)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Sign(new CertificateRequest($"CN={hosts[0]}", key, HashAlgorithmName.SHA256), hosts, until).CopyWithPrivateKey(key);
    }

    /// <summary>A certificate with an RSA key of this many bits.</summary>
    public X509Certificate2 IssueRsa(int bits, HashAlgorithmName hash, string host)
    {
        var key = RSA.Create(bits);
        return Sign(new CertificateRequest($"CN={host}", key, hash, RSASignaturePadding.Pkcs1), [host], DateTimeOffset.UtcNow + Lifetime).CopyWithPrivateKey(key);
    }

    /// <summary>A client that connects to the node whatever the name, trusts the root alone, and speaks one version of HTTP.</summary>
    public HttpClient Client(Uri node, Version? version = null) => new(Handler(node))
    {
        DefaultRequestVersion = version ?? HttpVersion.Version11,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Timeout = TimeSpan.FromMinutes(2),
    };

    public SocketsHttpHandler Handler(Uri node) => new()
    {
        UseCookies = false,
        SslOptions = new() { CertificateChainPolicy = Trust },
        ConnectCallback = async (_, stop) =>
        {
            var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Parse(node.Host), node.Port, stop);
            return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
        },
    };

    private X509Certificate2 Sign(CertificateRequest request, IReadOnlyList<string> hosts, DateTimeOffset until)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts)
        {
            names.AddDnsName(host);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        var generator = X509SignatureGenerator.CreateForECDsa(_intermediate.GetECDsaPrivateKey()!);
        var number = BitConverter.GetBytes(Interlocked.Increment(ref _issued));
        return request.Create(_intermediate.SubjectName, generator, _intermediate.NotBefore, until, number);
    }

    private static X509Certificate2 Certify(string name, ECDsa key, X509Certificate2? issuer)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var (from, until) = (DateTimeOffset.UtcNow.AddDays(-30), DateTimeOffset.UtcNow + Lifetime + TimeSpan.FromDays(10));
        return issuer is null
            ? request.CreateSelfSigned(from, until)
            : request.Create(issuer, from.AddDays(1), until.AddDays(-1), [1]).CopyWithPrivateKey(key);
    }
}
