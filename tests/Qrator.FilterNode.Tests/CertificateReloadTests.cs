using System.Text.Json.Nodes;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode;

public sealed class CertificateReloadTests
{
    private const string Refused = "filternode_config_reloads_total{result=\"failure\"}";
    private const string LastSuccessful = "filternode_config_last_reload_successful";
    private const string Expiry = "filternode_certificate_expiry_days{service=\"shop\"}";

    private readonly TestAuthority _authority = new();

    [Fact]
    public async Task Changed_files_are_taken_while_every_handshake_succeeds()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartAsync(origin.Address);

        for (var i = 0; i < 3; i++)
        {
            var next = _authority.Issue("shop.example");
            TlsNode.Write(node.Folder, "shop", next, _authority);

            // Each look is a handshake, and one that fails ends the test.
            await Eventually.Holds(
                async () => await TlsNode.SerialNumberAsync(node.Address, "shop.example") == next.SerialNumber, "the new certificate is shown");
        }
    }

    [Fact]
    public async Task A_connection_from_before_goes_on_after_the_change()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartAsync(origin.Address);
        using var client = _authority.Client(node.Address, System.Net.HttpVersion.Version20);
        (await client.GetStringAsync(new Uri("https://shop.example/"))).ShouldBe("hello");
        var next = _authority.Issue("shop.example");

        TlsNode.Write(node.Folder, "shop", next, _authority);
        await Eventually.Holds(async () => await TlsNode.SerialNumberAsync(node.Address, "shop.example") == next.SerialNumber, "the new certificate is shown");

        var before = await node.MetricAsync("filternode_connections_total{listener=\"127.0.0.1:0\"}");
        (await client.GetStringAsync(new Uri("https://shop.example/"))).ShouldBe("hello");
        (await node.MetricAsync("filternode_connections_total{listener=\"127.0.0.1:0\"}")).ShouldBe(before);
    }

    [Theory]
    [InlineData("pem")]
    [InlineData("key")]
    public async Task One_of_two_files_alone_is_refused_and_taken_when_the_other_follows(string first)
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartAsync(origin.Address);
        var shown = await TlsNode.SerialNumberAsync(node.Address, "shop.example");
        var next = _authority.Issue("shop.example");
        var texts = new Dictionary<string, string> { ["pem"] = next.ExportCertificatePem() + "\n" + _authority.Chain, ["key"] = TlsNode.KeyOf(next) };

        TlsNode.Replace(Path.Combine(node.Folder, $"shop.{first}"), texts[first]);
        await Eventually.Holds(async () => await node.MetricAsync(LastSuccessful) == 0, "the half is refused");
        (await TlsNode.SerialNumberAsync(node.Address, "shop.example")).ShouldBe(shown);
        node.Log.Count("shop.key does not hold the private key of the certificate in shop.pem").ShouldBe(1);

        var second = first == "pem" ? "key" : "pem";
        TlsNode.Replace(Path.Combine(node.Folder, $"shop.{second}"), texts[second]);
        await Eventually.Holds(async () => await TlsNode.SerialNumberAsync(node.Address, "shop.example") == next.SerialNumber, "the whole is taken");
        await node.ShouldComeToAsync(Refused, 1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMIIB")]
    [InlineData(null)]
    public async Task A_bad_file_leaves_the_certificate_before_in_force(string? bad)
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartAsync(origin.Address);
        var path = Path.Combine(node.Folder, "shop.pem");
        var shown = await TlsNode.SerialNumberAsync(node.Address, "shop.example");

        if (bad is null)
        {
            File.Delete(path);
        }
        else
        {
            TlsNode.Replace(path, bad);
        }

        await Eventually.Holds(async () => await node.MetricAsync(LastSuccessful) == 0, "the change is refused");
        (await TlsNode.SerialNumberAsync(node.Address, "shop.example")).ShouldBe(shown);
        node.Log.Count("configuration refused").ShouldBe(1);
    }

    [Fact]
    public async Task The_days_that_are_left_are_a_metric_and_the_last_fourteen_a_warning_at_load()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartAsync(origin.Address, _authority.Issue(["shop.example"], DateTimeOffset.UtcNow.AddDays(20)));
        node.Log.Count("the certificate of shop").ShouldBe(0);
        (await node.MetricAsync(Expiry)).ShouldBeInRange(19.9, 20);

        node.Time.Advance(TimeSpan.FromDays(21));
        (await node.MetricAsync(Expiry)).ShouldBeInRange(-1.1, -1);

        TlsNode.Write(node.Folder, "shop", _authority.Issue(["shop.example"], DateTimeOffset.UtcNow.AddDays(33)), _authority);
        await Eventually.Holds(async () => await node.MetricAsync(Expiry) > 0, "the new certificate is loaded");
        (await node.MetricAsync(Expiry)).ShouldBeInRange(11.9, 12);
        await Eventually.Holds(() => node.Log.Count("the certificate of shop is valid until") == 1, "the node warns");
    }

    [Fact]
    public async Task Tls_of_a_listener_needs_a_restart()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartAsync(origin.Address);
        var settings = TlsNode.Settings(origin.Address);
        settings["FilterNode"]!["Listeners"]![0]!["Tls"] = false;

        node.Write(settings);

        await Eventually.Holds(
            () => node.Log.Count("FilterNode:Listeners: 127.0.0.1:0, 127.0.0.1:0 takes effect at the next restart; until then 127.0.0.1:0 with TLS, 127.0.0.1:0 stays") == 1,
            "the node says so");
        using var client = _authority.Client(node.Address);
        (await client.GetStringAsync(new Uri("https://shop.example/"))).ShouldBe("hello");
    }

    private Task<TestNode> StartAsync(string origin) => StartAsync(origin, _authority.Issue("shop.example"));

    private Task<TestNode> StartAsync(string origin, System.Security.Cryptography.X509Certificates.X509Certificate2 certificate) =>
        TestNode.StartAsync((JsonNode)TlsNode.Settings(origin), folder => TlsNode.Write(folder, "shop", certificate, _authority));
}
