using System.Net;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Configuration.Binding;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Lists;

namespace Qrator.FilterNode.Configuration;

public class NodeSnapshotTests
{
    private readonly NodeSnapshot _node = Compile(
        """
        { "FilterNode": {
            "Listeners": [
              { "Address": "127.0.0.1:8080" },
              { "Address": "127.0.0.1:8081", "Services": ["SHOP"] },
              { "Address": "127.0.0.1:8082", "Services": ["blog", "shop"] },
              { "Address": "127.0.0.1:8083", "Services": null },
              { "Address": "127.0.0.1:8443", "Tls": true },
              { "Address": "127.0.0.1:8444", "Tls": true, "Services": ["shop"] }
            ],
            "Clients": { "IPv6Prefix": 48, "TrustedProxies": ["10.0.0.0/8", "2001:db8::/32"] },
            "Services": {
              "shop": { "Hosts": ["shop.example", "*.shop.example"], "Origins": ["203.0.113.10:80", "https://[2001:db8::1]:443"], "Certificate": { "Path": "shop.pem" } },
              "blog": { "Hosts": ["blog.shop.example"], "Origins": ["203.0.113.20:80"] },
              "rest": { "Hosts": ["*"], "Origins": ["203.0.113.30:80"] }
            } } }
        """);

    [Theory]
    [InlineData(0, "shop.example", "shop")]
    [InlineData(0, "blog.shop.example:8080", "blog")]
    [InlineData(0, "other.example", "rest")]
    [InlineData(1, "shop.example", "shop")]
    [InlineData(1, "blog.shop.example", "shop")]
    [InlineData(1, "other.example", null)]
    [InlineData(2, "blog.shop.example", "blog")]
    [InlineData(2, "other.example", null)]
    [InlineData(3, "other.example", "rest")]
    [InlineData(4, "shop.example", "shop")]
    [InlineData(4, "a.shop.example", "shop")]
    [InlineData(4, "blog.shop.example", null)]
    [InlineData(4, "other.example", null)]
    [InlineData(4, "", null)]
    [InlineData(5, "blog.shop.example", "shop")]
    public void A_listener_reaches_the_services_that_it_names_or_all_and_with_tls_those_that_have_a_certificate(int listener, string host, string? expected) =>
        (_node.HostsOf(listener).Find(host)?.Name).ShouldBe(expected);

    [Fact]
    public void Services_stand_in_the_order_of_the_configuration() =>
        _node.Services.Select(service => service.Name).ShouldBe(["shop", "blog", "rest"]);

    [Fact]
    public void Clients_and_trusted_proxies_are_as_configured()
    {
        _node.Identity.IPv6Prefix.ShouldBe(48);
        _node.TrustedProxies.Count.ShouldBe(2);
        _node.TrustedProxies.Contains(ClientKey.FromAddress(IPAddress.Parse("10.255.0.1"))).ShouldBeTrue();
        _node.TrustedProxies.Contains(ClientKey.FromAddress(IPAddress.Parse("11.0.0.1"))).ShouldBeFalse();
    }

    [Fact]
    public void Origins_keep_their_order_and_know_where_to_connect() =>
        _node.Services[0].Origins.Select(origin => origin.Prefix).ShouldBe(["http://203.0.113.10:80", "https://[2001:db8::1]:443"]);

    private static NodeSnapshot Compile(string json)
    {
        var errors = new ConfigErrors();
        var config = ConfigValidator.Read(JsonConfig.Read(json), errors);
        errors.All.ShouldBeEmpty();
        return SnapshotCompiler.Compile(
            config, null, new NodeStore(new RecordingJournal()), certificates: new Dictionary<string, IServiceCertificate> { ["shop"] = new LoadedCertificate() });
    }

    private sealed class LoadedCertificate : IServiceCertificate
    {
        public DateTimeOffset ValidFrom => DateTimeOffset.MinValue;

        public DateTimeOffset ValidUntil => DateTimeOffset.MaxValue;
    }
}
