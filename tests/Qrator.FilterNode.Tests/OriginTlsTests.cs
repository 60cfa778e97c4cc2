using System.Net;
using System.Text.Json.Nodes;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode;

public sealed class OriginTlsTests
{
    [Fact]
    public async Task A_certificate_that_the_system_does_not_trust_is_502_with_a_reason_of_its_own()
    {
        using var certificate = TestCertificate.For("shop.example");
        await using var origin = new TlsOrigin(certificate);
        await using var node = await TestNode.StartAsync(Settings(origin, verify: true, hostName: null));

        (await GetAsync(node.Client, node.Address)).ShouldBe((HttpStatusCode.BadGateway, ""));

        (await FailuresAsync(node, origin.Address, "tls")).ShouldBe(2);
        await node.ShouldComeToAsync("filternode_requests_total{service=\"shop\",outcome=\"origin_unreachable\"}", 1);
        node.Log.Lines.ShouldNotContain(line => line.Contains("   at ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_check_can_be_switched_off_and_on_while_running()
    {
        using var certificate = TestCertificate.For("other.example");
        await using var origin = new TlsOrigin(certificate);
        await using var node = await TestNode.StartAsync(Settings(origin, verify: false, hostName: null));
        (await GetAsync(node.Client, node.Address)).ShouldBe((HttpStatusCode.OK, "secret"));

        node.Write(Settings(origin, verify: true, hostName: null));
        await Eventually.Holds(async () => await GetAsync(node.Client, node.Address) == (HttpStatusCode.BadGateway, ""), "the check is on");
        node.Write(Settings(origin, verify: false, hostName: null));
        await Eventually.Holds(async () => await GetAsync(node.Client, node.Address) == (HttpStatusCode.OK, "secret"), "the check is off");
    }

    [Theory]
    [InlineData(null, "shop.example")]
    [InlineData("inner.example", "inner.example")]
    public async Task The_server_name_is_the_first_exact_host_unless_given(string? hostName, string expected)
    {
        using var certificate = TestCertificate.For("shop.example");
        await using var origin = new TlsOrigin(certificate);
        await using var node = await TestNode.StartAsync(Settings(origin, verify: false, hostName));

        (await GetAsync(node.Client, node.Address)).Status.ShouldBe(HttpStatusCode.OK);

        origin.Names.ShouldBe([expected]);
    }

    [Fact]
    public async Task Without_an_exact_host_no_server_name_is_sent()
    {
        using var certificate = TestCertificate.For("shop.example");
        await using var origin = new TlsOrigin(certificate);
        var settings = Settings(origin, verify: false, hostName: null);
        TestNode.Shop(settings)["Hosts"] = new JsonArray("*");
        await using var node = await TestNode.StartAsync(settings);

        (await GetAsync(node.Client, node.Address)).Status.ShouldBe(HttpStatusCode.OK);

        origin.Names.ShouldBe([""]);
    }

    [Theory]
    [InlineData("shop.example", HttpStatusCode.OK)]
    [InlineData("other.example", HttpStatusCode.BadGateway)]
    public async Task A_certificate_that_the_system_trusts_must_be_for_the_right_name(string certified, HttpStatusCode status)
    {
        using var certificate = TestCertificate.For(certified);
        await using var origin = new TlsOrigin(certificate);
        var folder = Directory.CreateTempSubdirectory("filternode-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "appsettings.json"), Settings(origin, verify: true, hostName: null).ToJsonString());
        await File.WriteAllTextAsync(Path.Combine(folder, "trusted.pem"), certificate.ExportCertificatePem());

        // What OpenSSL takes as the system's trust.
        await using var node = await NodeProcess.StartAsync(folder, "env", $"SSL_CERT_FILE={folder}/trusted.pem", "dotnet", NodeProcess.Dll);

        (await GetAsync(node.Client, node.Address)).Status.ShouldBe(status);
    }

    [Fact]
    public async Task A_handshake_that_stalls_is_a_connect_that_stalls()
    {
        await using var origin = new RawOrigin(async (stream, _) => await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false));
        var settings = TestNode.Settings($"https://{origin.Address}");
        await using var node = await TestNode.StartAsync(settings);
        var answer = node.Client.GetAsync(node.Address);
        var store = node.Host.Door.Current.Services[0].Origins[0].Store;

        await Eventually.Holds(() => store.Gate.Running == 1, "the first attempt");
        await Eventually.Holds(async () =>
        {
            node.Time.Advance(TimeSpan.FromSeconds(3));
            return await FailuresAsync(node, $"https://{origin.Address}", "timeout") == 2;
        }, "two attempts");

        (await answer).StatusCode.ShouldBe(HttpStatusCode.BadGateway);
    }

    private static JsonObject Settings(TlsOrigin origin, bool verify, string? hostName)
    {
        var settings = TestNode.Settings(origin.Address);
        TestNode.Shop(settings)["Hosts"] = new JsonArray("*.shop.example", "shop.example", "www.shop.example", "*");
        TestNode.Shop(settings)["OriginTls"] = new JsonObject { ["VerifyCertificate"] = verify, ["HostName"] = hostName };
        return settings;
    }

    private static async Task<(HttpStatusCode Status, string Body)> GetAsync(HttpClient client, Uri address)
    {
        using var response = await client.GetAsync(address);
        return (response.StatusCode, response.StatusCode == HttpStatusCode.OK ? await response.Content.ReadAsStringAsync() : "");
    }

    private static Task<double> FailuresAsync(TestNode node, string origin, string reason) =>
        node.MetricAsync($"filternode_origin_failures_total{{service=\"shop\",origin=\"{origin}\",reason=\"{reason}\"}}");
}
