using System.Net;
using System.Text.Json;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Api;

public sealed class ApiMaintenanceTests
{
    [Fact]
    public async Task Maintenance_goes_on_until_its_moment_and_off_with_null()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(origin.Address);
        var until = node.Time.GetUtcNow().ToUnixTimeSeconds() + 600;

        (await node.CallAsync("maintenance_mode_get")).GetRawText().ShouldBe("""{"until":null,"configured":false}""");
        (await node.CallAsync("maintenance_mode_set", $$"""[{"until": {{until}}}]""")).GetRawText().ShouldBe($$"""{"until":{{until}},"configured":false}""");
        (await node.CallAsync("maintenance_mode_get")).GetProperty("until").GetInt64().ShouldBe(until);
        (await node.Client.GetAsync(node.Address)).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await node.CallAsync("maintenance_mode_set", """[{"until": null}]""")).GetProperty("until").ValueKind.ShouldBe(JsonValueKind.Null);
        (await node.Client.GetAsync(node.Address)).StatusCode.ShouldBe(HttpStatusCode.OK);

        await node.CallAsync("maintenance_mode_set", $$"""[{"until": {{until}}}]""");
        node.Time.Advance(TimeSpan.FromSeconds(601));
        (await node.CallAsync("maintenance_mode_get")).GetProperty("until").ValueKind.ShouldBe(JsonValueKind.Null);
        (await node.Client.GetAsync(node.Address)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_the_configuration_says_is_told_and_stays()
    {
        await using var node = await TestNode.StartAsync(AdminApi.Settings("127.0.0.1:1", """ "Maintenance": { "Enabled": true } """));

        (await node.CallAsync("maintenance_mode_set", """[{"until": null}]""")).GetRawText().ShouldBe("""{"until":null,"configured":true}""");
        (await node.Client.GetAsync(node.Address)).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    [Theory]
    [InlineData(-5, "is over already")]
    [InlineData(315_361_000, "is too far away")]
    public async Task A_moment_that_is_over_or_too_far_away_is_refused(int fromNow, string reason)
    {
        await using var node = await TestNode.StartAsync("127.0.0.1:1");
        var until = node.Time.GetUtcNow().ToUnixTimeSeconds() + fromNow;

        (await node.FailAsync($$"""{"method": "maintenance_mode_set", "params": [{"until": {{until}}}]}""")).ShouldStartWith($"params[0].until: {until} {reason}; ");
        (await node.CallAsync("maintenance_mode_get")).GetProperty("until").ValueKind.ShouldBe(JsonValueKind.Null);
    }
}
