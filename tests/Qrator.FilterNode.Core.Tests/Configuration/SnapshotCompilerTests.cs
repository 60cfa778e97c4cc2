using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Lists;
using static Qrator.FilterNode.Filtering.FilterFixture;

namespace Qrator.FilterNode.Configuration;

/// <summary>What a reload does to the entries that rules made.</summary>
public class SnapshotCompilerTests
{
    private const string Client = "192.0.2.1";
    private const string Other = "192.0.2.2";

    private static readonly string Both = Rule("bad", "Blacklist") + "," + Rule("worse", "Blacklist", value: "Worse");

    private readonly FilterFixture _node = new(Rules(Both));

    public SnapshotCompilerTests()
    {
        _node.Send(Client, "BadBot");
        _node.Send(Other, "Worse");
        _node.Lists.Blacklist.Count.ShouldBe(2);
    }

    [Fact]
    public void Entries_of_rules_that_stay_survive_a_reload()
    {
        _node.Apply(Rules(Both)).ShouldBe(0);
        _node.Send(Client, "x").ShouldBe(Verdict.DropBlacklisted);
        _node.Send(Other, "x").ShouldBe(Verdict.DropBlacklisted);
    }

    [Fact]
    public void Entries_survive_when_only_the_value_or_the_time_of_their_rule_changes()
    {
        _node.Apply(Rules(Rule("bad", "Blacklist", "Equals", "Something", "Referer", "01:00:00") + "," + Rule("worse", "Blacklist"))).ShouldBe(0);
        _node.Send(Client, "x").ShouldBe(Verdict.DropBlacklisted);
    }

    [Fact]
    public void Entries_of_a_removed_rule_end_and_those_of_the_others_stay()
    {
        _node.Apply(Rules(Rule("worse", "Blacklist", value: "Worse"))).ShouldBe(1);
        _node.Send(Client, "x").ShouldBe(Verdict.Pass);
        _node.Send(Other, "x").ShouldBe(Verdict.DropBlacklisted);
    }

    [Theory]
    [InlineData("\"HeaderFilter\": { \"Enabled\": false, \"Rules\": [ RULES ] }")]
    [InlineData("\"HeaderFilter\": { \"Shadow\": true, \"Rules\": [ RULES ] }")]
    [InlineData("\"HeaderFilter\": { \"Rules\": [] }")]
    [InlineData("")]
    public void Entries_end_when_the_filter_is_switched_off_or_to_shadow_and_do_not_come_back_with_it(string service)
    {
        _node.Apply(service.Replace("RULES", Both, StringComparison.Ordinal)).ShouldBe(2);
        _node.Send(Client, "x").ShouldBe(Verdict.Pass);
        _node.Lists.Blacklist.Count.ShouldBe(0);

        _node.Apply(Rules(Both)).ShouldBe(0);
        _node.Send(Client, "x").ShouldBe(Verdict.Pass);
        _node.Send(Client, "BadBot").ShouldBe(Verdict.Pass);
        _node.Send(Client, "x").ShouldBe(Verdict.DropBlacklisted, "the rule works again");
    }

    [Fact]
    public void Entries_end_when_their_rule_moves_to_the_other_list()
    {
        _node.Apply(Rules(Rule("bad", "Whitelist") + "," + Rule("worse", "Blacklist", value: "Worse"))).ShouldBe(1);
        _node.Send(Client, "x").ShouldBe(Verdict.Pass);
        _node.Send(Client, "BadBot").ShouldBe(Verdict.PassWhitelisted);

        _node.Apply(Rules(Both)).ShouldBe(1);
        _node.Send(Client, "x").ShouldBe(Verdict.Pass);
    }

    [Fact]
    public void Between_compiling_and_retiring_nothing_of_the_old_is_lost()
    {
        _node.Compile(Rules(Rule("new", "Blacklist", value: "New")));
        _node.Send(Client, "x").ShouldBe(Verdict.DropBlacklisted);
        SnapshotCompiler.Retire(_node.Snapshot, _node.Store, _node.Now).ShouldBe(2);
        _node.Send(Client, "x").ShouldBe(Verdict.Pass);
    }

    [Fact]
    public void A_request_that_began_before_the_reload_passes_and_lists_nobody_for_a_rule_that_is_gone()
    {
        var before = _node.Service;
        _node.Apply("");
        RequestFilter.AtArrival(before, _node.ClientOf("192.0.2.3"), new FakeRequest("BadBot"), _node.Now).ShouldBe(Verdict.Pass);
        _node.Lists.Blacklist.Count.ShouldBe(0);
        _node.Lists.ReasonsOf(ListKind.Blacklist).TryGet(_node.Snapshot.Identity.PrefixOf(_node.ClientOf("192.0.2.3")), out _).ShouldBeFalse();
    }

    [Fact]
    public void Hits_of_a_rule_are_counted_on_over_a_reload()
    {
        _node.Apply(Rules(Both));
        _node.Send("192.0.2.3", "BadBot");
        _node.Hits("bad").Enforced.ShouldBe(2);
    }

    [Fact]
    public void All_of_ten_thousand_rules_can_be_replaced_by_others_at_once()
    {
        string Many(string prefix) => Rules(string.Join(',', Enumerable.Range(0, 10_000).Select(i => Rule($"{prefix}{i}", "Blacklist", value: $"Bot{i};"))));
        foreach (var prefix in new[] { "a", "b", "c" })
        {
            _node.Apply(Many(prefix));
            _node.Send("192.0.2.3", "Bot9999;");
            _node.Lists.Blacklist.TryGet(_node.ClientOf("192.0.2.3"), _node.Now, out var entry).ShouldBeTrue();
            entry.Rule.ShouldBe(prefix + "9999");
        }
    }

    [Fact]
    public void The_rules_of_a_service_are_named_for_the_metrics_also_in_shadow_mode()
    {
        _node.Service.Rules.ShouldBe([(ListSource.Header, "bad"), (ListSource.Header, "worse")]);
        _node.Apply($$""" "HeaderFilter": { "Shadow": true, "Rules": [ {{Both}} ] } """);
        _node.Service.Rules.ShouldBe([(ListSource.Header, "bad"), (ListSource.Header, "worse")]);
    }
}
