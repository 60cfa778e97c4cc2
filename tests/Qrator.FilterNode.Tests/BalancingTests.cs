using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode;

public sealed class BalancingTests
{
    [Fact]
    public async Task ClientHash_keeps_each_client_with_its_origin()
    {
        var origins = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => TestOrigin.StartAsync(context => context.Response.WriteAsync($"{i}"))));
        var settings = TestNode.Settings([.. origins.Select(origin => origin.Address)]);
        TestNode.Shop(settings)["Balancing"] = "ClientHash";
        settings["FilterNode"]!["Clients"] = new JsonObject { ["TrustedProxies"] = new JsonArray("127.0.0.1/32") };
        await using var node = await TestNode.StartAsync(settings);

        var first = await AskAsync(node, 100);
        var second = await AskAsync(node, 100);

        second.ShouldBe(first);
        first.Distinct().Count().ShouldBe(4);
        foreach (var origin in origins)
        {
            await origin.DisposeAsync();
        }
    }

    [Fact]
    public async Task LeastRequests_passes_over_an_origin_that_is_slow_to_answer()
    {
        var arrived = new TaskCompletionSource();
        var answer = new TaskCompletionSource();
        var held = 0;
        async Task SlowOnceAsync(HttpContext context)
        {
            if (Interlocked.Increment(ref held) == 1)
            {
                arrived.SetResult();
                await answer.Task;
            }
        }

        await using var one = await TestOrigin.StartAsync(SlowOnceAsync);
        await using var two = await TestOrigin.StartAsync(SlowOnceAsync);
        var settings = TestNode.Settings(one.Address, two.Address);
        TestNode.Shop(settings)["Balancing"] = "LeastRequests";
        await using var node = await TestNode.StartAsync(settings);
        var slow = node.Client.GetAsync(node.Address);
        await arrived.Task;

        for (var i = 0; i < 20; i++)
        {
            (await node.Client.GetAsync(node.Address)).EnsureSuccessStatusCode();
        }

        new[] { one.Requests, two.Requests }.Order().ShouldBe([1, 20]);
        answer.SetResult();
        (await slow).EnsureSuccessStatusCode();
    }

    private static async Task<string[]> AskAsync(TestNode node, int clients)
    {
        var answers = new string[clients];
        for (var i = 0; i < clients; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, node.Address);
            request.Headers.Add("X-Forwarded-For", $"198.51.100.{i}");
            using var response = await node.Client.SendAsync(request);
            answers[i] = await response.Content.ReadAsStringAsync();
        }

        return answers;
    }
}
