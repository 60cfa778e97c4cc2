using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Api;

public sealed class ApiBehaviorTests
{
    [Fact]
    public async Task Without_a_mode_a_service_is_in_shadow_for_a_day_and_then_on()
    {
        await using var node = await TestNode.StartAsync("127.0.0.1:1");
        await Eventually.Holds(
            async () =>
            {
                node.Time.Advance(TimeSpan.FromMilliseconds(500));
                return (await node.CallAsync("behavior_mode_get")).GetProperty("shadow_until").ValueKind == System.Text.Json.JsonValueKind.Number;
            },
            "the service was seen");

        var first = await node.CallAsync("behavior_mode_get");
        first.GetProperty("mode").GetString().ShouldBe("Shadow");
        first.GetProperty("shadow_until").GetInt64().ShouldBeInRange(node.Time.GetUtcNow().ToUnixTimeSeconds() + 86_000, node.Time.GetUtcNow().ToUnixTimeSeconds() + 86_400);
        (await node.MetricAsync("filternode_behavior_mode{service=\"shop\",mode=\"shadow\"}")).ShouldBe(1);

        node.Time.Advance(TimeSpan.FromHours(24));
        await Eventually.Holds(
            async () =>
            {
                node.Time.Advance(TimeSpan.FromMilliseconds(500));
                return (await node.CallAsync("behavior_mode_get")).GetProperty("mode").GetString() == "On";
            },
            "the day is over");
        (await node.CallAsync("behavior_mode_get")).GetProperty("shadow_until").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        (await node.MetricAsync("filternode_behavior_mode{service=\"shop\",mode=\"on\"}")).ShouldBe(1);
        await Eventually.Holds(() => node.Log.Count("ModeChanged: from Shadow to On, 24 hours after the service was first seen") == 1, "the log tells of it");
    }

    [Fact]
    public async Task An_operator_sets_a_mode_and_leaves_it_to_the_configuration_again()
    {
        await using var node = await TestNode.StartAsync(AdminApi.Settings("127.0.0.1:1", """ "Behavior": { "Mode": "On" } """));

        (await node.CallAsync("behavior_mode_set", """[{"mode": "Off"}]""")).GetRawText()
            .ShouldBe("""{"mode":"Off","set":"Off","configured":"On","shadow_until":null,"state":"calm","reason":"nothing seen yet"}""");
        (await node.CallAsync("behavior_mode_get")).GetProperty("mode").GetString().ShouldBe("Off");
        (await node.MetricAsync("filternode_behavior_mode{service=\"shop\",mode=\"off\"}")).ShouldBe(1);
        (await node.CallAsync("behavior_mode_set", """[{"mode": null}]""")).GetRawText()
            .ShouldBe("""{"mode":"On","set":null,"configured":"On","shadow_until":null,"state":"calm","reason":"nothing seen yet"}""");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""["On"]""")]
    [InlineData("""[{"mode": "On", "until": 1}]""")]
    [InlineData("""[{"mode": "Loud"}]""")]
    [InlineData("""[{"mode": 1}]""")]
    [InlineData("""[{"mode": "1"}]""")]
    public async Task What_is_no_mode_is_refused_with_what_is_one(string parameters)
    {
        await using var node = await TestNode.StartAsync("127.0.0.1:1");

        var problem = await node.FailAsync($$"""{"method": "behavior_mode_set", "params": {{parameters}}}""");
        problem.ShouldStartWith("params");
        problem.ShouldContain("\"Off\", \"Shadow\"");
        (await node.CallAsync("behavior_mode_get")).GetProperty("set").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
    }
}
