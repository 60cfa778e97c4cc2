using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace Qrator.FilterNode.Fixtures;

/// <summary>Configurations with TLS, and handshakes with a node.</summary>
public static class TlsNode
{
    /// <summary>A listener with TLS, one without, and the service "shop" for shop.example and everything below it.</summary>
    public static JsonObject Settings(string origin)
    {
        var settings = TestNode.Settings(origin);
        settings["FilterNode"]!["Listeners"] = JsonNode.Parse("""[ { "Address": "127.0.0.1:0", "Tls": true }, { "Address": "127.0.0.1:0" } ]""");
        var shop = TestNode.Shop(settings);
        shop["Hosts"] = new JsonArray("shop.example", "*.shop.example");
        shop["Certificate"] = Certificate("shop");
        return settings;
    }

    public static JsonObject Certificate(string service) => new() { ["Path"] = $"{service}.pem", ["KeyPath"] = $"{service}.key" };

    /// <summary>Writes a certificate with its chain, and its key, each replaced in one step.</summary>
    public static void Write(string folder, string service, X509Certificate2 certificate, TestAuthority authority)
    {
        Replace(Path.Combine(folder, $"{service}.pem"), certificate.ExportCertificatePem() + "\n" + authority.Chain);
        Replace(Path.Combine(folder, $"{service}.key"), KeyOf(certificate));
    }

    public static string KeyOf(X509Certificate2 certificate) => certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem();

    public static void Replace(string path, string text)
    {
        File.WriteAllText(path + ".next", text);
        File.Move(path + ".next", path, overwrite: true);
    }

    /// <summary>Shakes hands; a server name of null or "" is not sent. Returns the stream, with the certificate as its RemoteCertificate.</summary>
    public static async Task<SslStream> HandshakeAsync(Uri node, string? serverName, SslProtocols protocols = SslProtocols.None)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(System.Net.IPAddress.Parse(node.Host), node.Port);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        try
        {
            await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = serverName ?? "",
                EnabledSslProtocols = protocols,
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
            });
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>The serial number of the certificate that a node shows for a name.</summary>
    public static async Task<string> SerialNumberAsync(Uri node, string serverName)
    {
        await using var stream = await HandshakeAsync(node, serverName);
        return stream.RemoteCertificate!.GetSerialNumberString();
    }
}
