using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.UserRules;

namespace Qrator.FilterNode.Behavior;

public sealed class OriginGuardTests
{
    private const string Client = "192.0.2.1";

    [Theory]
    [InlineData("""{ "Property": "Status", "Operator": ">=", "Value": 500 }""", true)]
    [InlineData("""{ "Not": { "Property": "Status", "Operator": "=", "Value": 200 } }""", true)]
    [InlineData("""{ "Property": "Duration", "Operator": ">", "Value": "00:00:01" }""", true)]
    [InlineData("""{ "And": [ { "Property": "Path", "Operator": "=", "Value": "/" }, { "Or": [ { "Property": "Status", "Operator": "=", "Value": 502 } ] } ] }""", true)]
    [InlineData("""{ "Property": "Path", "Operator": "=", "Value": "/" }""", false)]
    [InlineData("""{ "Property": "ContentLength", "Operator": "notExists" }""", false)]
    public void While_the_origin_is_ill_rules_about_status_and_duration_list_nobody_and_are_counted(string when, bool rests)
    {
        var node = Node(when);
        var guard = node.Service.Store.Behavior.OriginGuard;
        guard.IsOriginIll = true;

        Answer(node);

        node.Lists.Blacklist.Count.ShouldBe(rests ? 0 : 1);
        guard.Suspended.ShouldBe(rests ? 1 : 0);

        guard.IsOriginIll = false;
        Answer(node);
        node.Lists.Blacklist.Count.ShouldBe(1);
    }

    [Fact]
    public void The_guard_is_there_in_a_service_that_has_detection_off_or_says_nothing_of_it()
    {
        foreach (var behavior in new[] { """{ "Mode": "Off" }""", "{}" })
        {
            var node = Node("""{ "Property": "Status", "Operator": ">=", "Value": 500 }""", behavior);
            node.Service.Store.Behavior.OriginGuard.IsOriginIll = true;
            Answer(node);
            node.Lists.Blacklist.Count.ShouldBe(0);
        }
    }

    [Theory]
    [InlineData("""{ "Mode": "Shadow", "OriginGuard": false }""")]
    [InlineData("""{ "Mode": "Off", "OriginGuard": false }""")]
    public void Without_the_guard_they_go_on(string behavior)
    {
        var node = Node("""{ "Property": "Status", "Operator": ">=", "Value": 500 }""", behavior);
        node.Service.Store.Behavior.OriginGuard.IsOriginIll = true;
        Answer(node);
        node.Lists.Blacklist.Count.ShouldBe(1);
    }

    private static FilterFixture Node(string when, string behavior = """{ "Mode": "Shadow" }""") =>
        new($$"""
            "UserRules": { "Rules": [ { "Id": "rule", "Action": "Blacklist", "When": {{when}} } ] }, "Behavior": {{behavior}}
            """);

    private static void Answer(FilterFixture node) => RequestFilter.AtResponse(
        node.Service,
        node.ClientOf(Client),
        new RequestData().View(),
        new ResponseData { Status = 502, Duration = TimeSpan.FromSeconds(5) }.View(),
        node.Now,
        node.Now);
}
