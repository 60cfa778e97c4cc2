using System.Text;
using System.Text.Json.Nodes;
using Qrator.FilterNode.Fixtures;
using Qrator.FilterNode.Hostile;

namespace Qrator.FilterNode;

/// <summary>A connection that the node ends while its client is still sending.</summary>
public sealed class LingeringCloseTests
{
    private const string BadHead = "POST / HTTP/1.1\r\nHost: shop.example\r\nContent-Length: +800000\r\n\r\n";
    private const string BadBody = "POST / HTTP/1.1\r\nHost: shop.example\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n";
    private const string Open = "filternode_connections{listener=\"127.0.0.1:0\"}";
    private const int MostAtOnce = 1_000;

    private static readonly string OversizedHead = $"GET / HTTP/1.1\r\nHost: shop.example\r\nX: {new string('x', 70_000)}";
    private static readonly byte[] Piece = new byte[40_000];

    public static TheoryData<string, string> Requests => new() { { BadHead, "400" }, { BadBody, "400" }, { OversizedHead, "431" } };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_client_that_sends_on_behind_a_refusal_gets_it_and_its_end(string request, string status)
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);
        await client.SendAllAsync(Encoding.ASCII.GetBytes(request));
        await Eventually.Holds(() => client.Unread > 0, "the answer is there");

        // On a connection that is closed already, the first piece is answered by a reset and a later one cannot be sent.
        for (var i = 0; i < 20; i++)
        {
            await client.SendAllAsync(Piece);
        }

        var (text, reset) = await client.ReadToEndAsync();
        text.ShouldStartWith($"HTTP/1.1 {status} ");
        text.ShouldContain("\r\nConnection: close\r\n");
        reset.ShouldBeFalse();
        (await node.MetricAsync(Open)).ShouldBe(1);
        client.Dispose();
        await node.ShouldComeToAsync(Open, 0);
    }

    [Fact]
    public async Task What_a_client_sends_while_its_last_request_is_answered_takes_nothing_from_the_answer()
    {
        // More than the client's system takes before it reads, so that some is still on its way.
        const int answerBytes = 300_000;
        var (asked, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var origin = await TestOrigin.StartAsync(async context =>
        {
            asked.SetResult();
            await answer.Task;
            await context.Response.Body.WriteAsync(new byte[answerBytes]);
        });
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n");
        await asked.Task;
        await client.SendAllAsync(Piece);
        answer.SetResult();
        await node.ShouldComeToAsync("filternode_requests_total{service=\"shop\",outcome=\"passed\"}", 1);
        (await client.CountToEndAsync()).ShouldBeGreaterThan(answerBytes);
    }

    [Fact]
    public async Task Behind_TLS_too()
    {
        var authority = new TestAuthority();
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(
            (JsonNode)TlsNode.Settings(origin.Address), folder => TlsNode.Write(folder, "shop", authority.Issue("shop.example"), authority));
        await using var stream = await TlsNode.HandshakeAsync(node.Address, "shop.example");

        await stream.WriteAsync(Encoding.ASCII.GetBytes(BadHead));
        (await new StreamReader(stream, leaveOpen: true).ReadToEndAsync()).ShouldStartWith("HTTP/1.1 400 ");
        node.Time.StandStill();
        for (var i = 0; i < 20; i++)
        {
            await stream.WriteAsync(Piece);
        }

        (await node.MetricAsync(Open)).ShouldBe(1);
        await stream.DisposeAsync();
        await Eventually.Holds(async () => await node.MetricAsync(Open) == 0, "it is over");
    }

    [Fact]
    public async Task What_is_sent_behind_a_request_that_ends_its_connection_does_not_cost_the_answer()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);
        const string get = "GET / HTTP/1.1\r\nHost: a\r\n";

        await client.SendAsync($"{get}Connection: close\r\n\r\n{get}\r\n");
        await Eventually.Holds(() => client.Unread > 0, "the answer is there");
        for (var i = 0; i < 20; i++)
        {
            await client.SendAllAsync(Piece);
        }

        var (text, reset) = await client.ReadToEndAsync();
        text.ShouldStartWith("HTTP/1.1 200 ");
        text.ShouldEndWith("\r\nhello\r\n0\r\n\r\n");
        reset.ShouldBeFalse();
        origin.Requests.ShouldBe(1);
    }

    [Fact]
    public async Task It_ends_after_five_seconds()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(origin.Address);
        node.Time.StandStill();
        using var client = await RawClient.ConnectAsync(node.Address);
        await client.SendAsync(BadHead);
        (await client.ReadToEndAsync()).Reset.ShouldBeFalse();

        node.Time.Advance(TimeSpan.FromSeconds(4.9));
        (await node.MetricAsync(Open)).ShouldBe(1);

        await Eventually.Holds(
            async () =>
            {
                node.Time.Advance(TimeSpan.FromMilliseconds(100));
                return await node.MetricAsync(Open) == 0;
            },
            "it is closed");
    }

    [Fact]
    public async Task It_ends_after_a_megabyte()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);
        await client.SendAsync(BadHead);
        await client.ReadToEndAsync();

        await Should.ThrowAsync<System.Net.Sockets.SocketException>(async () =>
        {
            for (var i = 0; i < 200; i++)
            {
                await client.SendAllAsync(Piece);
            }
        });

        await node.ShouldComeToAsync(Open, 0);
    }

    [Fact]
    public async Task A_client_that_is_blacklisted_for_it_gets_none()
    {
        await using var origin = await TestOrigin.StartAsync();
        var settings = TestNode.Settings(origin.Address);
        TestNode.Shop(settings)["Offences"] = JsonNode.Parse("""{ "Count": 2 }""");
        await using var node = await TestNode.StartAsync(settings);
        using var first = await RawClient.ConnectAsync(node.Address);
        await first.SendAsync(BadHead);
        await first.ReadToEndAsync();

        using var second = await RawClient.ConnectAsync(node.Address);
        await second.SendAsync(BadHead);
        await second.ReadToEndAsync();

        await Eventually.Holds(async () => await node.ViolationsAsync("content_length") == 2, "both have offended");
        await node.ShouldComeToAsync("filternode_connections_total{listener=\"127.0.0.1:0\"}", 2);
        await Eventually.Holds(async () => await node.MetricAsync(Open) == 1, "the second is closed, the first lingers");
    }

    [Fact]
    public async Task A_flood_of_refused_connections_has_no_more_than_a_thousand_of_them_linger()
    {
        const int over = 50;
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(origin.Address);
        node.Time.StandStill();
        var clients = new List<RawClient>();
        for (var i = 0; i < MostAtOnce + over; i++)
        {
            var client = await RawClient.ConnectAsync(node.Address);
            clients.Add(client);
            await client.SendAsync(BadHead);
            (await client.ReadToEndAsync()).Text.ShouldStartWith("HTTP/1.1 400 ");
        }

        await Eventually.Holds(async () => await node.MetricAsync(Open) == MostAtOnce, "the rest is closed");
        clients.ForEach(client => client.Dispose());
        await Eventually.Holds(async () => await node.MetricAsync(Open) == 0, "all are closed");
    }

    [Fact]
    public async Task A_node_that_stops_does_not_wait_for_it()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(origin.Address);
        node.Time.StandStill();
        using var client = await RawClient.ConnectAsync(node.Address);
        await client.SendAsync(BadHead);
        await client.ReadToEndAsync();

        // Its time stands still, so that nothing else would end the connection.
        await node.Host.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(1));
    }
}
