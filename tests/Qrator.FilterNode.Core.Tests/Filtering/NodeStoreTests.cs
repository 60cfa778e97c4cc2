using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Lists;
using Qrator.FilterNode.Statistics;
using static Qrator.FilterNode.Filtering.FilterFixture;

namespace Qrator.FilterNode.Filtering;

public class NodeStoreTests
{
    private const string Blog = """, "blog": { "Hosts": ["blog.example"], "Origins": ["203.0.113.10:80"] }""";

    private static readonly ClientIdentity Identity = new(64);

    private readonly FilterFixture _node = new(Rules(Rule("bad", "Blacklist")));

    [Fact]
    public void A_service_keeps_what_is_remembered_of_it_over_a_reload()
    {
        var before = _node.Service;
        before.Store.Requests.Count(Outcome.Passed);
        before.Origins[0].Store.CountRequest();
        before.Store.Rotation.Next(16);

        _node.Apply(Rules(Rule("bad", "Blacklist")), Blog);

        _node.Service.ShouldNotBeSameAs(before);
        _node.Service.Store.ShouldBeSameAs(before.Store);
        _node.Service.Store.Requests.Of(Outcome.Passed).ShouldBe(1);
        _node.Service.Origins[0].Store.Requests.ShouldBe(1);
        _node.Service.Store.Rotation.Next(16).ShouldBe(1);
    }

    [Fact]
    public void A_service_that_is_gone_is_forgotten_with_its_lists_when_the_reload_is_in_force()
    {
        _node.Apply(Rules(Rule("bad", "Blacklist")), Blog);
        var old = _node.Store.Services.Single(service => service.Name == "blog");

        _node.Compile(Rules(Rule("bad", "Blacklist")));
        _node.Store.Services.ShouldContain(old, "the configuration before is still in force");
        SnapshotCompiler.Retire(_node.Snapshot, _node.Store, _node.Now);
        _node.Store.Services.Select(service => service.Name).ShouldBe(["shop"]);

        _node.Apply(Rules(Rule("bad", "Blacklist")), Blog);
        _node.Store.Services.Single(service => service.Name == "blog").ShouldNotBeSameAs(old);
    }

    [Fact]
    public void Names_of_services_are_compared_without_case()
    {
        var store = new NodeStore(new RecordingJournal());
        store.Service("Shop", 5, Identity).ShouldBeSameAs(store.Service("shop", 5, Identity));
        store.KeepOnly(["SHOP"], 0);
        store.Services.Count().ShouldBe(1);
    }

    [Fact]
    public void A_new_maximum_applies_to_the_lists_there_are()
    {
        var store = new NodeStore(new RecordingJournal());
        var service = store.Service("shop", 5, Identity);
        (service.Lists.Whitelist.Maximum, service.Lists.Blacklist.Maximum).ShouldBe((5, 5));
        store.Service("shop", 7, Identity);
        (service.Lists.Whitelist.Maximum, service.Lists.Blacklist.Maximum).ShouldBe((7, 7));
    }

    [Fact]
    public void The_counter_of_a_rule_belongs_to_its_filter_and_name()
    {
        var store = new ServiceStore("shop", 5, Identity, new RecordingJournal());
        store.RuleCounter(ListSource.Header, "a").ShouldBeSameAs(store.RuleCounter(ListSource.Header, "a"));
        store.RuleCounter(ListSource.Header, "a").ShouldNotBeSameAs(store.RuleCounter(ListSource.Rule, "a"));
        store.RuleCounter(ListSource.Header, "a").ShouldNotBeSameAs(store.RuleCounter(ListSource.Header, "b"));
        store.Origin("203.0.113.10:80").ShouldBeSameAs(store.Origin("203.0.113.10:80"));
    }
}
