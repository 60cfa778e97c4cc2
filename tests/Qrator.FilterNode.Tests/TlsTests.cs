using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode;

public sealed class TlsTests
{
    private readonly TestAuthority _authority = new();

    public static TheoryData<string> Forms => ["two files", "one file", "encrypted key", "pfx"];

    [Theory]
    [InlineData("shop.example", "shop.example")]
    [InlineData("SHOP.example", "shop.example")]
    [InlineData("a.b.shop.example", "shop.example")]
    [InlineData("blog.shop.example", "blog.shop.example")]
    [InlineData("xn--e1afmkfd.xn--p1ai", "blog.shop.example")]
    public async Task The_certificate_is_that_of_the_service_that_the_client_names(string serverName, string expected)
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartThreeServicesAsync(origin.Address);

        await using var stream = await TlsNode.HandshakeAsync(node.Address, serverName);

        stream.RemoteCertificate!.Subject.ShouldBe($"CN={expected}");
    }

    [Theory]
    [InlineData("other.example")]
    [InlineData(null)]
    [InlineData("plain.shop.example")]
    public async Task Without_a_certificate_for_the_name_the_handshake_ends_with_the_alert_for_it_and_is_counted_not_logged(string? serverName)
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartThreeServicesAsync(origin.Address);
        var lines = node.Log.Lines.Count;

        var failure = await Should.ThrowAsync<AuthenticationException>(TlsNode.HandshakeAsync(node.Address, serverName));

        failure.ToString().ShouldContain("unrecognized name");
        await Eventually.Holds(async () => await DroppedAsync(node, "unknown_sni") == 1, "it is counted");
        (await DroppedAsync(node, "tls_handshake")).ShouldBe(0);
        node.Log.Lines.Count.ShouldBe(lines);
    }

    [Theory]
    [InlineData("other.example")]
    [InlineData("")]
    public async Task A_service_for_all_hosts_takes_unknown_and_missing_names(string serverName)
    {
        await using var origin = await TestOrigin.StartAsync();
        var settings = TlsNode.Settings(origin.Address);
        TestNode.Shop(settings)["Hosts"] = new JsonArray("*");
        await using var node = await StartAsync(settings);

        await using var stream = await TlsNode.HandshakeAsync(node.Address, serverName);

        stream.RemoteCertificate!.Subject.ShouldBe("CN=shop.example");
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task The_chain_is_sent_whatever_the_form_of_the_files(string form)
    {
        await using var origin = await TestOrigin.StartAsync();
        var settings = TlsNode.Settings(origin.Address);
        var certificate = _authority.Issue("shop.example");
        var (section, files) = Write(form, certificate);
        TestNode.Shop(settings)["Certificate"] = section;
        await using var node = await TestNode.StartAsync(settings, folder =>
        {
            foreach (var (name, content) in files)
            {
                File.WriteAllBytes(Path.Combine(folder, name), content);
            }
        });

        // Trusts the root alone, so that it needs the intermediate.
        using var client = _authority.Client(node.Address);
        (await client.GetStringAsync(new Uri("https://shop.example/"))).ShouldBe("hello");
    }

    [Theory]
    [InlineData("1.1", "HTTP/1.1")]
    [InlineData("2.0", "HTTP/2")]
    public async Task Http1_and_http2_are_agreed_on_in_the_handshake_and_the_origin_learns_of_https(string version, string expected)
    {
        await using var origin = await TestOrigin.StartAsync(context => context.Response.WriteAsync(context.Request.Headers["X-Forwarded-Proto"].ToString()));
        await using var node = await StartAsync(TlsNode.Settings(origin.Address));
        using var client = _authority.Client(node.Address, Version.Parse(version));

        using var response = await client.GetAsync(new Uri("https://www.shop.example/"));

        response.Version.ShouldBe(Version.Parse(version), expected);
        (await response.Content.ReadAsStringAsync()).ShouldBe("https");
    }

    [Fact]
    public async Task A_rule_sees_https_in_the_request_uri()
    {
        await using var origin = await TestOrigin.StartAsync();
        var settings = TlsNode.Settings(origin.Address);
        TestNode.Shop(settings)["UserRules"] = JsonNode.Parse("""
            { "Rules": [ { "Id": "secure", "Action": "Whitelist", "When": { "Property": "RequestUri", "Operator": "=", "Value": "https://shop.example/a?b" } } ] }
            """);
        await using var node = await StartAsync(settings);
        using var client = _authority.Client(node.Address);

        (await client.GetStringAsync(new Uri("https://shop.example/a?b"))).ShouldBe("hello");

        await node.ShouldComeToAsync("filternode_rule_hits_total{service=\"shop\",filter=\"rule\",rule=\"secure\",mode=\"enforced\"}", 1);
    }

    [Theory]
    [InlineData("-tls1_2", true)]
    [InlineData("-tls1_3", true)]
    [InlineData("-tls1_1", false)]
    [InlineData("-tls1", false)]
    public async Task Tls_12_and_13_are_spoken_and_nothing_older(string version, bool expected)
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartAsync(TlsNode.Settings(origin.Address));

        var output = await OpenSslAsync(node, version, "-cipher", "DEFAULT@SECLEVEL=0");

        output.Contains("hello", StringComparison.Ordinal).ShouldBe(expected, output);
        output.Contains("alert protocol version", StringComparison.Ordinal).ShouldBe(!expected, output);
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task Sessions_are_resumed_also_after_a_reload_of_something_else(string version)
    {
        await using var origin = await TestOrigin.StartAsync();
        var settings = TlsNode.Settings(origin.Address);
        await using var node = await StartAsync(settings);
        var session = Path.Combine(node.Folder, "session");

        (await OpenSslAsync(node, version, "-sess_out", session)).ShouldContain("New, TLSv1.");
        (await OpenSslAsync(node, version, "-sess_in", session)).ShouldContain("Reused, TLSv1.");

        TestNode.Shop(settings)["Whitelist"] = new JsonArray("192.0.2.1");
        node.Write(settings);
        await Eventually.Holds(() => node.Log.Count("configuration reloaded") == 1, "the reload");
        (await OpenSslAsync(node, version, "-sess_in", session)).ShouldContain("Reused, TLSv1.");
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task WebSockets_pass(string version)
    {
        await using var origin = await TestOrigin.StartAsync(async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var buffer = new byte[100];
            var received = await socket.ReceiveAsync(buffer, CancellationToken.None);
            await socket.SendAsync(buffer.AsMemory(0, received.Count), WebSocketMessageType.Text, true, CancellationToken.None);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        });
        await using var node = await StartAsync(TlsNode.Settings(origin.Address));
        using var invoker = new HttpMessageInvoker(_authority.Handler(node.Address));
        using var client = new ClientWebSocket();
        client.Options.HttpVersion = Version.Parse(version);
        client.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;

        await client.ConnectAsync(new Uri("wss://shop.example/"), invoker, CancellationToken.None);
        await client.SendAsync("echo"u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None);
        var answer = new byte[100];
        var length = (await client.ReceiveAsync(answer, CancellationToken.None)).Count;

        Encoding.ASCII.GetString(answer, 0, length).ShouldBe("echo");
    }

    [Fact]
    public async Task A_drop_is_a_reset_below_tls_without_a_farewell()
    {
        await using var origin = await TestOrigin.StartAsync();
        var settings = TlsNode.Settings(origin.Address);
        TestNode.Shop(settings)["Blacklist"] = new JsonArray("127.0.0.0/8");
        await using var node = await StartAsync(settings);
        await using var stream = await TlsNode.HandshakeAsync(node.Address, "shop.example");

        await stream.WriteAsync("GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n"u8.ToArray());

        // An alert (close_notify) before the reset would be the end of the stream instead.
        var failure = await Should.ThrowAsync<IOException>(stream.ReadAsync(new byte[1]).AsTask());
        failure.InnerException.ShouldBeOfType<SocketException>().SocketErrorCode.ShouldBe(SocketError.ConnectionReset);
        origin.Requests.ShouldBe(0);
    }

    [Theory]
    [InlineData("blog.shop.example", true)]
    [InlineData("plain.shop.example", false)]
    [InlineData("other.example", false)]
    public async Task On_a_connection_for_one_service_the_host_decides_among_those_with_a_certificate(string host, bool expected)
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartThreeServicesAsync(origin.Address);
        await using var stream = await TlsNode.HandshakeAsync(node.Address, "shop.example");

        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"));

        if (expected)
        {
            (await new StreamReader(stream).ReadToEndAsync()).ShouldContain("\r\nhello\r\n");
            return;
        }

        await Should.ThrowAsync<IOException>(stream.ReadAsync(new byte[1]).AsTask());
        await node.ShouldComeToAsync("filternode_requests_total{service=\"-\",outcome=\"unknown_host\"}", 1);
    }

    [Fact]
    public async Task A_service_without_a_certificate_stays_reachable_on_plain_listeners()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartThreeServicesAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Addresses[1]);

        await client.SendAsync("GET / HTTP/1.1\r\nHost: plain.shop.example\r\nConnection: close\r\n\r\n");

        (await client.ReadToEndAsync()).Text.ShouldContain("\r\nhello\r\n");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100)]
    public async Task A_ClientHello_in_several_packets_is_read_right(int packetBytes)
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartThreeServicesAsync(origin.Address);
        using var socket = new TcpClient { NoDelay = true };
        await socket.ConnectAsync(System.Net.IPAddress.Loopback, node.Address.Port);
        await using var stream = new SslStream(new SplitHelloStream(socket.GetStream(), packetBytes));

        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "blog.shop.example",
            RemoteCertificateValidationCallback = static (_, _, _, _) => true,
        });

        stream.RemoteCertificate!.Subject.ShouldBe("CN=blog.shop.example");
    }

    [Fact]
    public async Task A_client_that_wants_to_renegotiate_loses_its_connection()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartAsync(TlsNode.Settings(origin.Address));
        using var client = Process.Start(new ProcessStartInfo(
            "openssl", ["s_client", "-tls1_2", "-connect", node.Address.Authority, "-servername", "shop.example"])
        { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = client.StandardOutput.ReadToEndAsync();
        var errors = client.StandardError.ReadToEndAsync();

        await client.StandardInput.WriteAsync("R\n");
        await client.StandardInput.FlushAsync();

        // Its input stays open, so that it ends for no other reason.
        await Eventually.Holds(() => client.HasExited, "the client ends");
        (await output).ShouldContain("shop.example");
        (await errors).ShouldContain("RENEGOTIATING");
    }

    private static Task<double> DroppedAsync(TestNode node, string reason) =>
        node.MetricAsync($"filternode_connections_dropped_total{{listener=\"127.0.0.1:0\",reason=\"{reason}\"}}");

    private static async Task<string> OpenSslAsync(TestNode node, params IEnumerable<string> arguments)
    {
        var (_, output, errors) = await Command.RunAsync(
            node.Folder, "GET / HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n", "openssl",
            ["s_client", "-connect", node.Address.Authority, "-servername", "shop.example", "-ign_eof", .. arguments]);
        return output + errors;
    }

    private Task<TestNode> StartAsync(JsonNode settings)
    {
        var certificate = _authority.Issue("shop.example", "*.shop.example");
        return TestNode.StartAsync(settings, folder => TlsNode.Write(folder, "shop", certificate, _authority));
    }

    /// <summary>"shop" for shop.example and everything below it, "blog" for one name below it and one in Cyrillic, "plain" for another without a certificate.</summary>
    private Task<TestNode> StartThreeServicesAsync(string origin)
    {
        var settings = TlsNode.Settings(origin);
        var services = settings["FilterNode"]!["Services"]!.AsObject();
        services["blog"] = new JsonObject
        {
            ["Hosts"] = new JsonArray("blog.shop.example", "пример.рф"),
            ["Origins"] = new JsonArray(origin),
            ["Certificate"] = TlsNode.Certificate("blog"),
        };
        services["plain"] = new JsonObject { ["Hosts"] = new JsonArray("plain.shop.example"), ["Origins"] = new JsonArray(origin) };
        return TestNode.StartAsync(settings, folder =>
        {
            TlsNode.Write(folder, "shop", _authority.Issue("shop.example", "*.shop.example"), _authority);
            TlsNode.Write(folder, "blog", _authority.Issue("blog.shop.example"), _authority);
        });
    }

    private (JsonObject Section, IReadOnlyList<(string Name, byte[] Content)> Files) Write(
        string form, X509Certificate2 certificate)
    {
        var chain = certificate.ExportCertificatePem() + "\n" + _authority.Chain;
        var key = TlsNode.KeyOf(certificate);
        switch (form)
        {
            case "two files":
                return (new() { ["Path"] = "a.crt", ["KeyPath"] = "a.key" }, [("a.crt", Encoding.ASCII.GetBytes(chain)), ("a.key", Encoding.ASCII.GetBytes(key))]);
            case "one file":
                return (new() { ["Path"] = "a.pem" }, [("a.pem", Encoding.ASCII.GetBytes(key + "\n" + chain))]);
            case "encrypted key":
                using (var ecdsa = certificate.GetECDsaPrivateKey()!)
                {
                    key = ecdsa.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1_000));
                    return (new() { ["Path"] = "a.pem", ["Password"] = "secret" }, [("a.pem", Encoding.ASCII.GetBytes(chain + key))]);
                }

            default:
                var all = new X509Certificate2Collection();
                all.ImportFromPem(_authority.Chain);
                all.Add(certificate);
                return (new() { ["Path"] = "a.pfx", ["Password"] = "secret" }, [("a.pfx", all.Export(X509ContentType.Pkcs12, "secret")!)]);
        }
    }
}
