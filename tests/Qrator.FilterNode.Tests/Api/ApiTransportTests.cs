using System.Net;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Api;

public sealed class ApiTransportTests
{
    [Theory]
    [InlineData("request/service/shop")]
    [InlineData("request/domain/shop")]
    [InlineData("request/service/SHOP")]
    [InlineData("request/domain/Shop")]
    public async Task Both_addresses_answer_for_a_service_in_any_case(string path)
    {
        await using var node = await TestNode.StartAsync("127.0.0.1:1");

        (await node.PostAsync("""{"method": "ping", "params": [], "id": 1}""", path)).GetRawText().ShouldBe("""{"result":"pong","error":null,"id":1}""");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    [InlineData("secret2")]
    [InlineData("")]
    public async Task Without_a_good_token_nothing_is_told_or_done(string? token)
    {
        await using var node = await TestNode.StartAsync("127.0.0.1:1");

        foreach (var (method, path) in new[] { (HttpMethod.Post, "request/service/shop"), (HttpMethod.Post, "request/service/none"), (HttpMethod.Get, "request/service/shop"), (HttpMethod.Get, "openapi.json") })
        {
            using var response = await node.SendAsync(method, path, method == HttpMethod.Post ? """{"method": "blacklist_append", "params": [["203.0.113.7", 0]]}""" : null, token);
            response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }

        (await node.EntriesAsync("blacklist")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Only_POST_calls(string method)
    {
        await using var node = await TestNode.StartAsync("127.0.0.1:1");

        using var response = await node.SendAsync(new(method), "request/service/shop");

        response.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        response.Content.Headers.Allow.ShouldBe(["POST"]);
    }

    [Fact]
    public async Task A_body_over_64_MB_is_answered_before_it_is_read()
    {
        await using var node = await TestNode.StartAsync("127.0.0.1:1");
        using var client = await RawClient.ConnectAsync(node.AdminAddress);

        await client.SendAsync("POST /request/service/shop HTTP/1.1\r\nHost: x\r\nX-Qrator-Auth: secret\r\nContent-Length: 67108865\r\n\r\n{");

        var (answer, _) = await client.ReadToEndAsync();
        answer.ShouldStartWith("HTTP/1.1 200 ");
        answer.ShouldContain("""{"result":null,"error":"the body is too long; at most 67108864 bytes, in several calls if need be","id":null}""");
    }

    [Fact]
    public async Task A_body_that_comes_in_pieces_is_waited_for_while_others_are_answered()
    {
        await using var node = await TestNode.StartAsync("127.0.0.1:1");
        var slow = new List<RawClient>();
        for (var i = 0; i < 100; i++)
        {
            slow.Add(await RawClient.ConnectAsync(node.AdminAddress));
            await slow[i].SendAsync("POST /request/service/shop HTTP/1.1\r\nHost: x\r\nX-Qrator-Auth: secret\r\nTransfer-Encoding: chunked\r\n\r\n11\r\n{\"method\": \"ping\"\r\n");
        }

        (await node.CallAsync("ping")).GetString().ShouldBe("pong");

        await slow[99].SendAsync("9\r\n,\"id\": 9}\r\n0\r\n\r\n");
        (await slow[99].ReadUntilAsync("\"id\":9}")).ShouldContain("""{"result":"pong","error":null,"id":9}""");
        slow.ForEach(client => client.Dispose());
        (await node.CallAsync("ping")).GetString().ShouldBe("pong");
        node.Log.Lines.ShouldNotContain(line => line.Contains("   at ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_caller_that_goes_away_in_the_middle_of_an_answer_leaves_no_trace_in_the_log()
    {
        await using var node = await TestNode.StartAsync("127.0.0.1:1");
        await node.CallAsync("blacklist_append", $"[{string.Join(',', Enumerable.Range(0, 60_000).Select(i => $"[\"10.0.{i >> 8}.{i & 255}\",0,\"{new string('c', 200)}\"]"))}]");
        using (var client = await RawClient.ConnectAsync(node.AdminAddress))
        {
            await client.SendAsync("POST /request/service/shop HTTP/1.1\r\nHost: x\r\nX-Qrator-Auth: secret\r\nContent-Length: 26\r\n\r\n{\"method\":\"blacklist_get\"}");
            (await client.ReadUntilAsync("[[")).ShouldStartWith("HTTP/1.1 200 ");
        }

        (await node.CallAsync("blacklist_get", "[\"tuple\", 59999]")).GetArrayLength().ShouldBe(1);
        await Eventually.Holds(async () => (await node.MetricsAsync()).Contains("kestrel_active_connections", StringComparison.Ordinal), "the admin server answers");
        node.Log.Lines.ShouldNotContain(line => line.Contains("   at ", StringComparison.Ordinal));
    }
}
