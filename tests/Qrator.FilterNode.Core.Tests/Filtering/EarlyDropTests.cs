using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Lists;
using static Qrator.FilterNode.Filtering.FilterFixture;

namespace Qrator.FilterNode.Filtering;

public class EarlyDropTests
{
    private const string Client = "192.0.2.1";
    private const string Listed = "\"Blacklist\": [\"192.0.2.0/24\"]";
    private const string OnlyRequest = """{ "Property": "Path", "Operator": "=", "Value": "/login" }""";
    private const string AlsoResponse = """{ "And": [ { "Property": "Path", "Operator": "=", "Value": "/login" }, { "Property": "Status", "Operator": "=", "Value": 200 } ] }""";

    [Fact]
    public void A_client_on_no_blacklist_is_let_in() => Refuses(new("")).ShouldBeFalse();

    [Fact]
    public void A_client_that_the_configuration_blacklists_is_refused() => Refuses(new(Listed)).ShouldBeTrue();

    [Fact]
    public void A_client_that_a_filter_has_blacklisted_is_refused_until_its_time_is_over()
    {
        var node = new FilterFixture(Rules(Rule("bad", "Blacklist")));
        node.Send(Client, "BadBot");
        Refuses(node).ShouldBeTrue();
        node.Wait(TimeSpan.FromMinutes(31));
        Refuses(node).ShouldBeFalse();
    }

    [Fact]
    public void The_whitelist_of_the_configuration_beats_it() => Refuses(new(Listed + ", \"Whitelist\": [\"192.0.2.1\"]")).ShouldBeFalse();

    [Fact]
    public void The_dynamic_whitelist_beats_it()
    {
        var node = new FilterFixture(Listed + ", \"EarlyDrop\": \"On\"");
        Refuses(node).ShouldBeTrue();
        node.Lists.Whitelist.Add(node.ClientOf(Client), node.Lists.Whitelist.CauseOf(ListSource.Api, ""), node.Now, Minute);
        Refuses(node).ShouldBeFalse();
    }

    [Theory]
    [InlineData("Off", false)]
    [InlineData("On", true)]
    [InlineData("Auto", true)]
    public void The_service_has_a_say(string mode, bool refused) => Refuses(new($"{Listed}, \"EarlyDrop\": \"{mode}\"")).ShouldBe(refused);

    [Theory]
    [InlineData("Auto", false)]
    [InlineData("On", true)]
    public void A_header_rule_that_whitelists_could_still_save_the_client(string mode, bool refused) =>
        Refuses(new(Rules(Rule("good", "Whitelist"), $"{Listed}, \"EarlyDrop\": \"{mode}\","))).ShouldBe(refused);

    [Theory]
    [InlineData("Auto", "false", OnlyRequest, false)]
    [InlineData("On", "false", OnlyRequest, true)]
    [InlineData("Auto", "true", OnlyRequest, true)]
    [InlineData("Auto", "false", AlsoResponse, true)]
    public void So_could_a_user_rule_that_whitelists_by_the_request_alone(string mode, string shadow, string when, bool refused) =>
        Refuses(new($$"""
            {{Listed}}, "EarlyDrop": "{{mode}}",
            "UserRules": { "Rules": [ { "Id": "good", "Action": "Whitelist", "Ttl": "00:05:00", "Shadow": {{shadow}}, "When": {{when}} } ] }
            """)).ShouldBe(refused);

    [Fact]
    public void A_rule_that_is_switched_off_saves_nobody() =>
        Refuses(new(Listed + """, "HeaderFilter": { "Enabled": false, "Rules": [ """ + Rule("good", "Whitelist") + " ] }")).ShouldBeTrue();

    [Theory]
    [InlineData("\"Blacklist\": [\"192.0.2.1\"]", true)]
    [InlineData("\"Blacklist\": [\"192.0.2.2\"]", false)]
    [InlineData("\"Blacklist\": [\"192.0.2.1\"], \"EarlyDrop\": \"Off\"", false)]
    public void Every_service_of_the_listener_must_have_it_on_its_blacklist_and_agree(string other, bool refused)
    {
        var node = new FilterFixture(Listed);
        node.Apply(Listed, $$""", "blog": { "Hosts": ["blog.example"], "Origins": ["203.0.113.10:80"], {{other}} }""");
        Refuses(node).ShouldBe(refused);
    }

    [Fact]
    public void A_reload_changes_it()
    {
        var node = new FilterFixture(Listed);
        node.Apply(Listed + ", \"EarlyDrop\": \"Off\"");
        Refuses(node).ShouldBeFalse();
        node.Apply(Listed);
        Refuses(node).ShouldBeTrue();
    }

    [Fact]
    public void It_allocates_nothing()
    {
        var node = new FilterFixture(Listed);
        var (early, client, now) = (node.Snapshot.Listeners[0].EarlyDrop, node.ClientOf(Client), node.Now);
        Allocations.Of(() => early.Refuses(client, now)).ShouldBe(0);
    }

    [Fact]
    public void It_lasts_until_the_first_of_the_services_takes_the_client_again()
    {
        const string blog = """, "blog": { "Hosts": ["blog.example"], "Origins": ["203.0.113.10:80"] }""";
        var node = new FilterFixture("");
        node.Apply("", blog);
        RefusedUntil(node).ShouldBeNull();
        node.Lists.Append(ListKind.Blacklist, NetworkPrefix.Of(node.ClientOf(Client), 120), node.Now, node.Now + (2 * Minute.Ticks), "");
        RefusedUntil(node).ShouldBeNull();
        var others = node.Snapshot.Services.Single(service => service.Name == "blog").Store.Lists;
        others.Append(ListKind.Blacklist, NetworkPrefix.Of(node.ClientOf(Client), 128), node.Now, until: null, "");
        RefusedUntil(node).ShouldBe(node.Now + (2 * Minute.Ticks));

        node.Apply("\"Blacklist\": [\"192.0.2.0/24\"]", blog);
        RefusedUntil(node).ShouldBe(long.MaxValue);

        others.Append(ListKind.Whitelist, NetworkPrefix.Of(node.ClientOf(Client), 128), node.Now, until: null, "");
        RefusedUntil(node).ShouldBeNull();
    }

    [Fact]
    public void Whatever_can_end_it_early_changes_the_number_of_pardons()
    {
        var node = new FilterFixture("");
        var (client, early) = (NetworkPrefix.Of(node.ClientOf(Client), 128), node.Snapshot.Listeners[0].EarlyDrop);
        var seen = new HashSet<long> { early.Pardons };
        void ShouldChange(Action change)
        {
            change();
            seen.Add(early.Pardons).ShouldBeTrue();
        }

        void List(ListKind kind) => node.Lists.Append(kind, client, node.Now, until: null, "");
        List(ListKind.Blacklist);
        ShouldChange(() => node.Lists.Remove(ListKind.Blacklist, client, node.Now));
        List(ListKind.Blacklist);
        ShouldChange(() => node.Lists.Flush(ListKind.Blacklist, node.Now));
        ShouldChange(() => List(ListKind.Whitelist));
    }

    private static long? RefusedUntil(FilterFixture node) => node.Snapshot.Listeners[0].EarlyDrop.RefusedUntil(node.ClientOf(Client), node.Now);

    private static bool Refuses(FilterFixture node) => node.Snapshot.Listeners[0].EarlyDrop.Refuses(node.ClientOf(Client), node.Now);
}
