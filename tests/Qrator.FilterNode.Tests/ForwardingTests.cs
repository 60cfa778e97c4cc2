using System.Net;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode;

public sealed class ForwardingTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";

    [Theory]
    [InlineData("/a/../b/./c")]
    [InlineData("/%2e%2E/%2Fx?q=%41&b=+%20")]
    [InlineData("//double//slash/")]
    [InlineData("/?")]
    [InlineData("/a?b?c=d#e")]
    [InlineData("/[x]{y}|z^`")]
    public async Task The_raw_target_reaches_the_origin_byte_for_byte(string target)
    {
        await using var origin = new RawOrigin(Ok);
        await using var node = await TestNode.StartAsync(origin.Address);

        (await ExchangeAsync(node, $"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")).ShouldStartWith("HTTP/1.1 200");

        origin.Heads.ShouldHaveSingleItem().ShouldStartWith($"GET {target} HTTP/1.1\r\n");
    }

    [Fact]
    public async Task The_absolute_form_reaches_the_origin_as_path_and_query()
    {
        await using var origin = new RawOrigin(Ok);
        await using var node = await TestNode.StartAsync(origin.Address);

        (await ExchangeAsync(node, "GET http://shop.example/a%2Fb?c HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n")).ShouldStartWith("HTTP/1.1 200");

        origin.Heads.ShouldHaveSingleItem().ShouldStartWith("GET /a%2Fb?c HTTP/1.1\r\n");
    }

    [Fact]
    public async Task The_peer_is_appended_to_X_Forwarded_For_also_when_the_client_sent_several()
    {
        await using var origin = new RawOrigin(Ok);
        await using var node = await TestNode.StartAsync(origin.Address);

        await ExchangeAsync(node, "GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 192.0.2.1\r\nX-Forwarded-For: 192.0.2.2, 192.0.2.3\r\nConnection: close\r\n\r\n");

        HeaderLines(origin, "X-Forwarded-For").ShouldBe(["X-Forwarded-For: 192.0.2.1, 192.0.2.2, 192.0.2.3, 127.0.0.1"]);
    }

    [Fact]
    public async Task The_origin_sees_scheme_request_id_and_the_host_of_the_client()
    {
        await using var origin = new RawOrigin(Ok);
        await using var node = await TestNode.StartAsync(origin.Address);

        await ExchangeAsync(node, "GET / HTTP/1.1\r\nHost: Shop.Example:81\r\nX-Forwarded-Proto: https\r\nX-Qrator-RequestID: mine\r\nConnection: close\r\n\r\n");

        HeaderLines(origin, "Host").ShouldBe(["Host: Shop.Example:81"]);
        HeaderLines(origin, "X-Forwarded-Proto").ShouldBe(["X-Forwarded-Proto: http"]);
        HeaderLines(origin, "X-Qrator-RequestID").ShouldHaveSingleItem().ShouldMatch("^X-Qrator-RequestID: [0-9a-f]{32}$");
    }

    [Fact]
    public async Task Header_bytes_outside_ascii_are_intact_both_ways()
    {
        var every = new string([.. Enumerable.Range(0xA0, 0x60).Select(c => (char)c)]);
        await using var origin = new RawOrigin($"HTTP/1.1 200 OK\r\nX-Bytes: {every}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        await using var node = await TestNode.StartAsync(origin.Address);

        var answer = await ExchangeAsync(node, $"GET / HTTP/1.1\r\nHost: x\r\nUser-Agent: {every}\r\nX-Other: {every}\r\nConnection: close\r\n\r\n");

        HeaderLines(origin, "User-Agent").ShouldBe([$"User-Agent: {every}"]);
        HeaderLines(origin, "X-Other").ShouldBe([$"X-Other: {every}"]);
        answer.ShouldContain($"X-Bytes: {every}\r\n");
    }

    [Fact]
    public async Task Hop_by_hop_headers_stay_behind_and_all_others_pass()
    {
        await using var origin = new RawOrigin(Ok);
        await using var node = await TestNode.StartAsync(origin.Address);

        using var client = await RawClient.ConnectAsync(node.Address);
        await client.SendAsync(
            "GET / HTTP/1.1\r\nHost: x\r\nConnection: X-Hop, X-Second\r\nX-Hop: 1\r\nX-Second: 2\r\nKeep-Alive: timeout=5\r\nProxy-Connection: close\r\nUpgrade: SPDY/3.1\r\n"
            + "Upgrade-Insecure-Requests: 1\r\nContent-Type: text/x\r\nTraceparent: 00-1\r\nCookie: a=b\r\nAccept: */*\r\n\r\n");
        await client.ReadUntilAsync("ok");

        var head = origin.Heads.ShouldHaveSingleItem();
        foreach (var gone in (string[])["X-Hop", "X-Second", "Keep-Alive", "Proxy-Connection", "Upgrade:", "SPDY"])
        {
            head.ShouldNotContain(gone);
        }

        foreach (var kept in (string[])["Upgrade-Insecure-Requests: 1", "Content-Type: text/x", "Traceparent: 00-1", "Cookie: a=b", "Accept: */*"])
        {
            head.ShouldContain($"\r\n{kept}\r\n");
        }
    }

    [Fact]
    public async Task Round_robin_is_exact_under_concurrency()
    {
        var origins = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => TestOrigin.StartAsync()));
        await using var node = await TestNode.StartAsync([.. origins.Select(origin => origin.Address)]);

        await Parallel.ForEachAsync(Enumerable.Range(0, 1600), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (_, stop) =>
            (await node.Client.GetStringAsync(node.Address, stop)).ShouldBe("hello"));

        origins.Select(origin => origin.Requests).ShouldAllBe(requests => requests == 100);
        foreach (var origin in origins)
        {
            await origin.DisposeAsync();
        }
    }

    [Fact]
    public async Task An_origin_that_refuses_is_passed_over_for_the_next()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync("127.0.0.1:1", origin.Address);

        for (var i = 0; i < 10; i++)
        {
            (await node.Client.PostAsync(node.Address, new StringContent("body"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        origin.Requests.ShouldBe(10);
    }

    [Fact]
    public async Task Without_any_origin_the_answer_is_502_and_counted_as_origin_unreachable()
    {
        await using var node = await TestNode.StartAsync("127.0.0.1:1");

        (await node.Client.GetAsync(node.Address)).StatusCode.ShouldBe(HttpStatusCode.BadGateway);

        await node.ShouldComeToAsync("filternode_requests_total{service=\"shop\",outcome=\"origin_unreachable\"}", 1);
        await node.ShouldComeToAsync("filternode_responses_total{service=\"shop\",code=\"502\"}", 1);
        await node.ShouldComeToAsync("filternode_origin_failures_total{service=\"shop\",origin=\"127.0.0.1:1\",reason=\"refused\"}", 2);
    }

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(504)]
    public async Task The_origins_own_errors_pass_untouched(int code)
    {
        await using var origin = new RawOrigin($"HTTP/1.1 {code} Own Words\r\nContent-Length: 4\r\nX-Own: yes\r\nConnection: close\r\n\r\nmine");
        await using var node = await TestNode.StartAsync(origin.Address);

        var answer = await ExchangeAsync(node, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        answer.ShouldStartWith($"HTTP/1.1 {code} Own Words\r\n");
        answer.ShouldContain("X-Own: yes\r\n");
        answer.ShouldEndWith("\r\n\r\nmine");
        await node.ShouldComeToAsync("filternode_requests_total{service=\"shop\",outcome=\"passed\"}", 1);
    }

    [Fact]
    public async Task A_client_that_goes_away_is_counted_as_aborted_and_as_no_response()
    {
        var arrived = new TaskCompletionSource();
        await using var origin = await TestOrigin.StartAsync(async context =>
        {
            arrived.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        await arrived.Task;

        client.Dispose();

        await Eventually.Holds(async () => await node.MetricAsync("filternode_requests_total{service=\"shop\",outcome=\"client_aborted\"}") == 1, "the abort is counted");
        (await node.MetricsAsync()).ShouldNotContain("filternode_responses_total{");
    }

    [Fact]
    public async Task WebSockets_pass()
    {
        await using var origin = await TestOrigin.StartAsync(EchoWebSocketAsync);
        await using var node = await TestNode.StartAsync(origin.Address);
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(node.Address) { Scheme = "ws" }.Uri, CancellationToken.None);

        await socket.SendAsync(Encoding.UTF8.GetBytes("ping"), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        var buffer = new byte[16];
        var received = await socket.ReceiveAsync(buffer, CancellationToken.None);

        Encoding.UTF8.GetString(buffer, 0, received.Count).ShouldBe("ping");
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
    }

    [Fact]
    public async Task A_client_that_expects_100_continue_gets_it_and_its_body_arrives()
    {
        await using var origin = await TestOrigin.StartAsync(async context =>
            await context.Response.WriteAsync(await new StreamReader(context.Request.Body).ReadToEndAsync()));
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);

        await client.SendAsync("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\nConnection: close\r\n\r\n");
        (await client.ReadUntilAsync("\r\n\r\n")).ShouldBe("HTTP/1.1 100 Continue\r\n\r\n");
        await client.SendAsync("body");

        var (answer, _) = await client.ReadToEndAsync();
        answer.ShouldStartWith("HTTP/1.1 200");
        answer.ShouldContain("body");
    }

    [Fact]
    public async Task Http2_with_prior_knowledge_works_on_a_plain_listener()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(origin.Address);
        using var request = new HttpRequestMessage(HttpMethod.Get, node.Address) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

        using var response = await node.Client.SendAsync(request);

        response.Version.ShouldBe(HttpVersion.Version20);
        (await response.Content.ReadAsStringAsync()).ShouldBe("hello");
    }

    private static async Task EchoWebSocketAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[1024];
        while (await socket.ReceiveAsync(buffer, CancellationToken.None) is { MessageType: not WebSocketMessageType.Close } received)
        {
            await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, CancellationToken.None);
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
    }

    private static string[] HeaderLines(RawOrigin origin, string name) =>
        [.. origin.Heads.ShouldHaveSingleItem().Split("\r\n").Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))];

    private static async Task<string> ExchangeAsync(TestNode node, string request)
    {
        using var client = await RawClient.ConnectAsync(node.Address);
        await client.SendAsync(request);
        return (await client.ReadToEndAsync()).Text;
    }
}
