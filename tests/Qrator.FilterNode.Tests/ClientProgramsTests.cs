using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode;

/// <summary>Programs that people point at the node.</summary>
public sealed class ClientProgramsTests
{
    private const int Tls = 0;
    private const int Plain = 1;

    private readonly TestAuthority _authority = new();

    [Theory]
    [InlineData(Plain, "--http1.0", "1")]
    [InlineData(Plain, "--http1.1", "1.1")]
    [InlineData(Plain, "--http2-prior-knowledge", "2")]
    [InlineData(Tls, "--http1.0", "1")]
    [InlineData(Tls, "--http1.1", "1.1")]
    [InlineData(Tls, "--http2", "2")]
    public async Task Curl_gets_and_sends_in_every_protocol(int listener, string protocol, string version)
    {
        await using var origin = await TestOrigin.StartAsync(EchoAsync);
        await using var node = await StartAsync(origin);
        var address = new UriBuilder(node.Addresses[listener]) { Scheme = listener == Tls ? "https" : "http", Host = "shop.example" }.Uri;
        var sent = new string('x', 300_000);

        var (exit, output, errors) = await Command.RunAsync(
            node.Folder, sent, "curl", "-s", "-S", "-k", protocol, "--resolve", $"shop.example:{address.Port}:127.0.0.1", "--data-binary", "@-", "-w", " %{http_version} %{http_code}", address.ToString());

        exit.ShouldBe(0, errors);

        // curl calls the protocol after the answer, and a server that speaks 1.1 says so to a client of 1.0 (RFC 9110, section 6.2).
        output.ShouldBe($"POST {sent} {(version == "1" ? "1.1" : version)} 200");
    }

    [Fact]
    public async Task H2load_over_TLS_gets_an_answer_to_every_request()
    {
        await using var origin = await TestOrigin.StartAsync(EchoAsync);
        await using var node = await StartAsync(origin);

        var (_, output, errors) = await Command.RunAsync(node.Folder, "", "h2load", "-n", "1000", "-c", "5", "-m", "20", Https(node));

        output.ShouldContain("Application protocol: h2", customMessage: errors);
        output.ShouldContain("1000 succeeded, 0 failed, 0 errored, 0 timeout");
        output.ShouldContain("1000 2xx, 0 3xx, 0 4xx, 0 5xx");
        origin.Requests.ShouldBe(1_000);
    }

    [Fact]
    public async Task Wrk_over_TLS_meets_no_error()
    {
        await using var origin = await TestOrigin.StartAsync(EchoAsync);
        await using var node = await StartAsync(origin);

        var (exit, output, errors) = await Command.RunAsync(node.Folder, "", "wrk", "-t", "1", "-c", "10", "-d", "1", Https(node));

        exit.ShouldBe(0, errors);
        output.ShouldContain("requests in");
        output.ShouldNotContain("Socket errors");
        output.ShouldNotContain("Non-2xx");
        origin.Requests.ShouldBeGreaterThan(0);
    }

    private static string Https(TestNode node) => new UriBuilder(node.Addresses[Tls]) { Scheme = "https" }.Uri.ToString();

    private static async Task EchoAsync(HttpContext context)
    {
        await context.Response.WriteAsync(context.Request.Method + " ");
        await context.Request.Body.CopyToAsync(context.Response.Body);
    }

    private Task<TestNode> StartAsync(TestOrigin origin)
    {
        // Who calls by address names no host.
        var settings = TlsNode.Settings(origin.Address);
        TestNode.Shop(settings)["Hosts"] = new JsonArray("*");
        return TestNode.StartAsync((JsonNode)settings, folder => TlsNode.Write(folder, "shop", _authority.Issue("shop.example"), _authority));
    }
}
