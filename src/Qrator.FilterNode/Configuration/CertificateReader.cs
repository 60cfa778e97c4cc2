using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Qrator.FilterNode.Configuration.Binding;
using Qrator.FilterNode.Connections;

namespace Qrator.FilterNode.Configuration;

/// <summary>Makes a certificate of the content of its files: PEM (RFC 7468) or PFX (RFC 7292), told apart by the content.</summary>
internal sealed class CertificateReader
{
    private const int SmallestRsaKey = 2048;
    private const string EncryptedKey = "ENCRYPTED PRIVATE KEY";

    // MD5 and SHA-1 with RSA (RFC 8017), SHA-1 with ECDSA (RFC 5758). TLS libraries, the node's own too, refuse certificates signed so.
    private static readonly string[] BrokenSignatures = ["1.2.840.113549.1.1.4", "1.2.840.113549.1.1.5", "1.2.840.10045.4.1"];

    private readonly string _path;
    private readonly CertificateConfig _config;
    private readonly ConfigErrors _errors;

    /// <summary>Prepares for one certificate.</summary>
    /// <param name="path">The path of the section in the configuration.</param>
    /// <param name="config">The section.</param>
    /// <param name="errors">Gets the mistakes.</param>
    public CertificateReader(string path, CertificateConfig config, ConfigErrors errors)
    {
        _path = path;
        _config = config;
        _errors = errors;
    }

    /// <summary>The certificate; null when it cannot be used, which adds a mistake.</summary>
    /// <param name="content">The content of the file that Path names.</param>
    /// <param name="key">The content of the file that KeyPath names; null when it names none.</param>
    public ServiceCertificate? Read(byte[] content, byte[]? key)
    {
        try
        {
            var text = Encoding.Latin1.GetString(content);
            var certificates = text.Contains("-----BEGIN ", StringComparison.Ordinal)
                ? ReadPem(text, key is null ? text : Encoding.Latin1.GetString(key))
                : ReadPfx(content);
            return certificates is null ? null : new(certificates[0], certificates);
        }
        catch (CryptographicException exception)
        {
            Refuse("Path", $"{_config.Path} cannot be used as a certificate: {exception.Message}");
            return null;
        }
    }

    /// <summary>The service's certificate with its key, followed by the rest.</summary>
    private X509Certificate2Collection? ReadPem(string text, string keyText)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(text);
        if (certificates.Count == 0)
        {
            Refuse("Path", $"{_config.Path} holds no certificate; a CERTIFICATE block is expected, the service's own first");
            return null;
        }

        if (!IsStrong(certificates[0]) || ReadKey(text, keyText) is not { } leaf)
        {
            return null;
        }

        certificates[0] = leaf;
        return certificates;
    }

    private X509Certificate2? ReadKey(string text, string keyText)
    {
        var (setting, file) = _config.KeyPath is null ? ("Path", _config.Path) : ("KeyPath", _config.KeyPath);
        var label = KeyLabel(keyText);
        if (label is null)
        {
            Refuse(setting, _config.KeyPath is null
                ? $"{file} holds no private key; name the file of the key in KeyPath"
                : $"{file} holds no private key; a PRIVATE KEY block is expected");
            return null;
        }

        if (label == EncryptedKey && _config.Password is null)
        {
            Refuse("Password", $"missing; the key in {file} is encrypted");
            return null;
        }

        try
        {
            return label == EncryptedKey
                ? X509Certificate2.CreateFromEncryptedPem(text, keyText, _config.Password)
                : X509Certificate2.CreateFromPem(text, keyText);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            // What is thrown does not tell a damaged key from another one's.
            Refuse(setting, $"{file} does not hold the private key of the certificate in {_config.Path}; {(label == EncryptedKey ? "or Password is wrong" : "the key that it was issued for is expected")}");
            return null;
        }
    }

    private X509Certificate2Collection? ReadPfx(byte[] content)
    {
        if (!IsPfx(content))
        {
            Refuse("Path", $"{_config.Path} is neither PEM nor PFX; a file with CERTIFICATE blocks, or a PFX file with the key in it, is expected");
            return null;
        }

        if (_config.KeyPath is not null)
        {
            Refuse("KeyPath", $"{_config.Path} is a PFX file, which holds its key itself; remove KeyPath");
            return null;
        }

        X509Certificate2Collection certificates;
        try
        {
            certificates = X509CertificateLoader.LoadPkcs12Collection(content, _config.Password, X509KeyStorageFlags.EphemeralKeySet);
        }
        catch (CryptographicException)
        {
            Refuse("Password", _config.Password is null ? $"missing; {_config.Path} does not open without" : $"does not open {_config.Path}");
            return null;
        }

        var leaf = certificates.FirstOrDefault(certificate => certificate.HasPrivateKey);
        if (leaf is null)
        {
            Refuse("Path", $"{_config.Path} holds no private key; a PFX file with the key in it is expected");
            return null;
        }

        if (!IsStrong(leaf))
        {
            return null;
        }

        certificates.Remove(leaf);
        certificates.Insert(0, leaf);
        return certificates;
    }

    private static bool IsPfx(byte[] content)
    {
        try
        {
            return content.Length > 0 && X509Certificate2.GetCertContentType(content) == X509ContentType.Pkcs12;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private bool IsStrong(X509Certificate2 leaf)
    {
        using var rsa = leaf.GetRSAPublicKey();
        using var ecdsa = leaf.GetECDsaPublicKey();
        if (ecdsa is null && rsa is not { KeySize: >= SmallestRsaKey })
        {
            Refuse("Path", $"the key of the certificate in {_config.Path} is {(rsa is null ? "neither RSA nor ECDSA" : $"RSA with {rsa.KeySize} bits")}; RSA with {SmallestRsaKey} bits or more, or ECDSA");
            return false;
        }

        if (BrokenSignatures.Contains(leaf.SignatureAlgorithm.Value))
        {
            Refuse("Path", $"the certificate in {_config.Path} is signed with {leaf.SignatureAlgorithm.FriendlyName}, which nobody trusts any more; SHA-256 or better");
            return false;
        }

        return true;
    }

    private static string? KeyLabel(ReadOnlySpan<char> text)
    {
        while (PemEncoding.TryFind(text, out var fields))
        {
            var label = text[fields.Label];
            if (label.EndsWith("PRIVATE KEY", StringComparison.Ordinal))
            {
                return label.ToString();
            }

            text = text[fields.Location.End..];
        }

        return null;
    }

    private void Refuse(string setting, string message) => _errors.Add($"{_path}:{setting}", message);
}
