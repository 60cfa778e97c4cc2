using Qrator.FilterNode.Configuration.Binding;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.HeaderRules;
using Qrator.FilterNode.Lists;

namespace Qrator.FilterNode.Configuration;

public class ConfigValidatorTests
{
    private static readonly string Cases = Path.Combine(AppContext.BaseDirectory, "Configuration", "Cases");

    [Fact]
    public void What_a_minimal_configuration_leaves_out_has_its_default()
    {
        var config = Read("good-minimal.json");
        config.Admin.Address.ToString().ShouldBe("127.0.0.1:9090");
        config.Admin.Tokens.ShouldBeEmpty();
        config.Clients.IPv6Prefix.ShouldBe(64);
        (config.Limits.Connections, config.Limits.ListEntries).ShouldBe((50_000, 1_000_000));
        config.DemoOrigin.ShouldBeNull();
        config.Listeners.Single().Services.ShouldBeNull();
        var shop = config.Services["shop"];
        shop.Timeouts.ShouldBe(new TimeoutsConfig { Connect = TimeSpan.FromSeconds(9), ConnectAttempts = 2, Response = TimeSpan.FromMinutes(1) });
        (shop.HeaderFilter.Enabled, shop.HeaderFilter.Shadow, shop.HeaderFilter.Rules.Count).ShouldBe((true, false, 0));
    }

    [Fact]
    public void What_a_full_configuration_says_arrives_in_its_place()
    {
        var config = Read("good-full.json");
        config.Listeners.Select(listener => listener.Address.ToString()).ShouldBe(["0.0.0.0:8080", "[::]:8443", "127.0.0.1:0", "127.0.0.1:0", "10.0.0.5:8080"]);
        config.Listeners[1].Services.ShouldBe(["shop", "API.v2"]);
        config.Admin.Tokens.ShouldBe(["change-me", "change-me-too"]);
        config.Clients.TrustedProxies.Select(prefix => prefix.ToString()).ShouldBe(["10.0.0.0/8", "::1", "2001:db8::/32"]);
        config.DemoOrigin!.Address.ToString().ShouldBe("127.0.0.1:8081");
        config.Services.Keys.ShouldBe(["shop", "API.v2"]);
        var shop = config.Services["SHOP"];
        shop.Hosts.Select(host => host.Text).ShouldBe(["shop.example", "*.shop.example", "xn--e1afmkfd.xn--p1ai", "192.0.2.80", "2001:db8::80"]);
        shop.Origins.Count.ShouldBe(16);
        shop.Timeouts.ShouldBe(new TimeoutsConfig { Connect = TimeSpan.FromMilliseconds(50), ConnectAttempts = 16, Response = TimeSpan.FromHours(1) });
        shop.Whitelist.Select(address => address.ToString()).ShouldBe(["192.0.2.10", "2001:db8::10", "192.0.2.11"]);
    }

    [Fact]
    public void Header_rules_arrive_in_order_with_words_in_any_case()
    {
        var filter = Read("good-full.json").Services["shop"].HeaderFilter;
        filter.Shadow.ShouldBeTrue();
        filter.Rules[0].ShouldBe(new HeaderRuleConfig
        {
            Id = "bad-agent",
            Header = new(TextProperty.UserAgent),
            Test = HeaderTest.Contains,
            Value = "BadBot",
            List = ListKind.Blacklist,
            Ttl = TimeSpan.FromMinutes(5),
        });
        filter.Rules[1].ShouldBe(new HeaderRuleConfig
        {
            Id = "our.tester_1",
            Header = new(TextProperty.UserAgent),
            Test = HeaderTest.Equals,
            Value = "CustomTestTool",
            List = ListKind.Whitelist,
            Ttl = TimeSpan.FromHours(8),
        });
        (filter.Rules[2].Header.Property, filter.Rules[2].Test, filter.Rules[2].Value, filter.Rules[2].Ttl)
            .ShouldBe((TextProperty.Referer, HeaderTest.IsEmpty, null, TimeSpan.FromMinutes(30)));
    }

    [Fact]
    public void More_rules_than_a_list_can_tell_apart_are_refused()
    {
        var rules = string.Join(',', Enumerable.Range(0, 10_001).Select(i =>
            $$"""{ "Id": "r{{i}}", "Header": "Referer", "Test": "IsEmpty", "List": "Blacklist" }"""));
        var errors = new ConfigErrors();
        var json = """
            { "FilterNode": {
                "Listeners": [ { "Address": "127.0.0.1:80" } ],
                "Services": { "s": { "Hosts": ["*"], "Origins": ["127.0.0.1:81"], "HeaderFilter": { "Rules": [RULES] } } } } }
            """.Replace("RULES", rules, StringComparison.Ordinal);
        ConfigValidator.Read(JsonConfig.Read(json), errors);
        errors.All.Single().ToString().ShouldBe("FilterNode:Services:s:HeaderFilter:Rules: 10001 rules; at most 10000");
    }

    private static FilterNodeConfig Read(string name)
    {
        var errors = new ConfigErrors();
        var config = ConfigValidator.Read(JsonConfig.Read(File.ReadAllText(Path.Combine(Cases, name))), errors);
        errors.All.ShouldBeEmpty();
        return config;
    }
}
