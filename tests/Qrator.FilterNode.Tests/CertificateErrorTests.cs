using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode;

public sealed class CertificateErrorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("filternode-").FullName;
    private readonly TestAuthority _authority = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task All_bad_certificates_are_reported_at_once()
    {
        var good = _authority.Issue("shop.example");
        Write("good.pem", good.ExportCertificatePem());
        Write("good.key", TlsNode.KeyOf(good));
        Write("other.key", TlsNode.KeyOf(_authority.Issue("shop.example")));
        Write("text.pem", "not a certificate");
        Write("empty.pem", "");
        Write("encrypted.key", good.GetECDsaPrivateKey()!.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1_000)));
        await File.WriteAllBytesAsync(Path.Combine(_folder, "good.pfx"), good.Export(X509ContentType.Pkcs12, "secret"));
        await File.WriteAllBytesAsync(Path.Combine(_folder, "public.pfx"), new X509Certificate2Collection(X509CertificateLoader.LoadCertificate(good.RawData)).Export(X509ContentType.Pkcs12)!);
        await File.WriteAllBytesAsync(Path.Combine(_folder, "good.cer"), good.RawData);
        var weak = _authority.IssueRsa(1024, HashAlgorithmName.SHA256, "shop.example");
        Write("weak.pem", weak.ExportCertificatePem() + "\n" + weak.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());

        var errors = await CheckAsync(
            """{ "Path": "absent.pem", "KeyPath": "absent.key" }""",
            """{ "Path": "good.pem", "KeyPath": "other.key" }""",
            """{ "Path": "good.pem" }""",
            """{ "Path": "good.pem", "KeyPath": "text.pem" }""",
            """{ "Path": "good.pem", "KeyPath": "encrypted.key" }""",
            """{ "Path": "good.pem", "KeyPath": "encrypted.key", "Password": "wrong" }""",
            """{ "Path": "good.key", "KeyPath": "good.key" }""",
            """{ "Path": "text.pem" }""",
            """{ "Path": "empty.pem" }""",
            """{ "Path": "good.cer" }""",
            """{ "Path": "good.pfx", "Password": "wrong" }""",
            """{ "Path": "good.pfx" }""",
            """{ "Path": "good.pfx", "KeyPath": "good.key", "Password": "secret" }""",
            """{ "Path": "public.pfx" }""",
            """{ "Path": "weak.pem" }""",
            """{ "Path": "" }""");

        errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(
        [
            "FilterNode:Services:s15:Certificate:Path: missing; a PEM or PFX file, such as \"certs/shop.pem\"",
            $"FilterNode:Services:s0:Certificate:Path: absent.pem cannot be read: Could not find file '{_folder}/absent.pem'.",
            $"FilterNode:Services:s0:Certificate:KeyPath: absent.key cannot be read: Could not find file '{_folder}/absent.key'.",
            "FilterNode:Services:s1:Certificate:KeyPath: other.key does not hold the private key of the certificate in good.pem; the key that it was issued for is expected",
            "FilterNode:Services:s2:Certificate:Path: good.pem holds no private key; name the file of the key in KeyPath",
            "FilterNode:Services:s3:Certificate:KeyPath: text.pem holds no private key; a PRIVATE KEY block is expected",
            "FilterNode:Services:s4:Certificate:Password: missing; the key in encrypted.key is encrypted",
            "FilterNode:Services:s5:Certificate:KeyPath: encrypted.key does not hold the private key of the certificate in good.pem; or Password is wrong",
            "FilterNode:Services:s6:Certificate:Path: good.key holds no certificate; a CERTIFICATE block is expected, the service's own first",
            "FilterNode:Services:s7:Certificate:Path: text.pem is neither PEM nor PFX; a file with CERTIFICATE blocks, or a PFX file with the key in it, is expected",
            "FilterNode:Services:s8:Certificate:Path: empty.pem is neither PEM nor PFX; a file with CERTIFICATE blocks, or a PFX file with the key in it, is expected",
            "FilterNode:Services:s9:Certificate:Path: good.cer is neither PEM nor PFX; a file with CERTIFICATE blocks, or a PFX file with the key in it, is expected",
            "FilterNode:Services:s10:Certificate:Password: does not open good.pfx",
            "FilterNode:Services:s11:Certificate:Password: missing; good.pfx does not open without",
            "FilterNode:Services:s12:Certificate:KeyPath: good.pfx is a PFX file, which holds its key itself; remove KeyPath",
            "FilterNode:Services:s13:Certificate:Path: public.pfx holds no private key; a PFX file with the key in it is expected",
            "FilterNode:Services:s14:Certificate:Path: the key of the certificate in weak.pem is RSA with 1024 bits; RSA with 2048 bits or more, or ECDSA",
        ], ignoreOrder: true);
    }

    [Theory]
    [InlineData("rsa:2048", "-sha1", "the certificate in old.pem is signed with sha1RSA, which nobody trusts any more; SHA-256 or better")]
    [InlineData("rsa:2048", "-md5", "the certificate in old.pem is signed with md5RSA, which nobody trusts any more; SHA-256 or better")]
    [InlineData("ed25519", "-sha256", "the key of the certificate in old.pem is neither RSA nor ECDSA; RSA with 2048 bits or more, or ECDSA")]
    public async Task What_no_handshake_would_succeed_with_is_refused(string key, string hash, string expected)
    {
        await Command.RunAsync(_folder, "", "openssl", "req", "-x509", "-newkey", key, hash, "-nodes", "-subj", "/CN=shop.example", "-out", "old.pem", "-keyout", "old.key");

        (await CheckAsync("""{ "Path": "old.pem", "KeyPath": "old.key" }""")).ShouldBe($"FilterNode:Services:s0:Certificate:Path: {expected}\n");
    }

    [Fact]
    public async Task A_good_one_of_each_kind_of_key_passes()
    {
        var rsa = _authority.IssueRsa(2048, HashAlgorithmName.SHA256, "shop.example");
        Write("rsa.pem", rsa.GetRSAPrivateKey()!.ExportRSAPrivateKeyPem() + "\n" + rsa.ExportCertificatePem());
        var ecdsa = _authority.Issue("shop.example");
        Write("ecdsa.pem", ecdsa.ExportCertificatePem() + "\n" + ecdsa.GetECDsaPrivateKey()!.ExportECPrivateKeyPem());

        (await CheckAsync("""{ "Path": "rsa.pem" }""", """{ "Path": "ecdsa.pem" }""")).ShouldBe("");
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);

    /// <summary>What <c>--check-config</c> says to services s0, s1, ... with these certificates.</summary>
    private async Task<string> CheckAsync(params IReadOnlyList<string> certificates)
    {
        var settings = TestNode.Settings("127.0.0.1:1");
        var services = new JsonObject();
        for (var i = 0; i < certificates.Count; i++)
        {
            services[$"s{i}"] = new JsonObject { ["Hosts"] = new JsonArray($"s{i}.example"), ["Origins"] = new JsonArray("127.0.0.1:1"), ["Certificate"] = JsonNode.Parse(certificates[i]) };
        }

        settings["FilterNode"]!["Services"] = services;
        await File.WriteAllTextAsync(Path.Combine(_folder, "appsettings.json"), settings.ToJsonString());
        var (exit, _, errors) = await Command.RunAsync(_folder, "", "dotnet", NodeProcess.Dll, "--check-config");
        exit.ShouldBe(errors.Length == 0 ? 0 : 2, errors);
        return errors;
    }
}
