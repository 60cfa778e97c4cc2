using System.Text.Json;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Api;

public sealed class ApiTopClientsTests
{
    [Fact]
    public async Task The_clients_are_told_by_requests_bytes_errors_and_time_of_origins()
    {
        await using var origin = await TestOrigin.StartAsync(async context =>
        {
            context.Response.StatusCode = context.Request.Path == "/missing" ? 404 : 200;
            await context.Response.Body.WriteAsync(new byte[context.Request.Path == "/large" ? 100_000 : 10]);
        });
        await using var node = await TestNode.StartAsync(AdminApi.Settings(origin.Address, """ "Blacklist": ["127.0.0.5"] """));
        await RequestAsync(node, "127.0.0.2", "/", 5);
        await RequestAsync(node, "127.0.0.3", "/missing", 3);
        await RequestAsync(node, "127.0.0.4", "/large", 1);
        await RequestAsync(node, "127.0.0.5", "/", 1);

        var requests = await TopAsync(node, """["requests", 4]""", top => top.GetProperty("total").GetInt64() == 10);
        var bytes = await TopAsync(node, """["bytes"]""", top => Clients(top).Count == 4 && top.GetProperty("total").GetInt64() > 100_000);
        var errors = await TopAsync(node, """["errors", 1]""", top => top.GetProperty("total").GetInt64() == 3);
        var time = await TopAsync(node, """["origin_time"]""", top => Clients(top).Count == 3);

        Clients(requests).Select(client => (client.Name, client.Count, client.Status)).ShouldBe(
            [("127.0.0.2", 5, "unlisted"), ("127.0.0.3", 3, "unlisted"), ("127.0.0.4", 1, "unlisted"), ("127.0.0.5", 1, "blacklisted")], ignoreOrder: true);
        Clients(requests)[0].Name.ShouldBe("127.0.0.2");
        requests.GetProperty("clients")[0].GetProperty("share").GetDouble().ShouldBe(0.5);
        requests.GetProperty("clients")[0].GetProperty("error").GetInt64().ShouldBe(0);
        Clients(bytes)[0].Name.ShouldBe("127.0.0.4");
        Clients(errors).Select(client => (client.Name, client.Count)).ShouldBe([("127.0.0.3", 3)]);
        Clients(time).Select(client => client.Name).ShouldBe(["127.0.0.2", "127.0.0.3", "127.0.0.4"], ignoreOrder: true);
    }

    [Fact]
    public async Task After_some_minutes_of_quiet_the_list_is_empty()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(origin.Address);
        await RequestAsync(node, "127.0.0.2", "/", 1);
        await TopAsync(node, "[]", top => Clients(top).Count == 1);

        await TopAsync(node, "[]", top =>
        {
            node.Time.Advance(TimeSpan.FromMinutes(1));
            return Clients(top).Count == 0;
        });
    }

    [Theory]
    [InlineData("[\"size\"]", "params[0]: \"size\" is nothing that clients are ranked by; ")]
    [InlineData("[5]", "params[0]: 5 is nothing that clients are ranked by; ")]
    [InlineData("[\"bytes\", 0]", "params[1]: 0 is not a number of clients; ")]
    [InlineData("[\"bytes\", 101]", "params[1]: 101 is not a number of clients; ")]
    [InlineData("[\"bytes\", 1, 1]", "params: an array that is not a measure and a number; ")]
    public async Task Wrong_parameters_are_refused_with_a_sentence(string parameters, string beginning)
    {
        await using var node = await TestNode.StartAsync("127.0.0.1:1");

        (await node.FailAsync($$"""{"method": "top_clients", "params": {{parameters}}}""")).ShouldStartWith(beginning);
    }

    private static async Task RequestAsync(TestNode node, string from, string path, int times)
    {
        for (var i = 0; i < times; i++)
        {
            using var client = await RawClient.ConnectAsync(node.Address, from);
            await client.SendAsync($"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            await client.ReadToEndAsync();
        }
    }

    private static async Task<JsonElement> TopAsync(TestNode node, string parameters, Func<JsonElement, bool> condition)
    {
        var top = default(JsonElement);
        await Eventually.Holds(async () => condition(top = await node.CallAsync("top_clients", parameters)), $"top_clients {parameters} has what is expected");
        return top;
    }

    private static List<(string Name, long Count, string Status)> Clients(JsonElement top) =>
    [
        .. from client in top.GetProperty("clients").EnumerateArray()
           select (client.GetProperty("client").GetString()!, client.GetProperty("count").GetInt64(), client.GetProperty("status").GetString()!),
    ];
}
