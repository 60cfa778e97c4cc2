using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Forwarding;

public sealed class OriginConnectionTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

    [Fact]
    public async Task A_connection_to_an_origin_is_used_again_and_left_after_four_idle_seconds()
    {
        var connections = new System.Collections.Concurrent.ConcurrentDictionary<string, bool>();
        await using var origin = await TestOrigin.StartAsync(context =>
        {
            connections[context.Connection.Id] = true;
            return context.Response.WriteAsync("hello");
        });
        await using var node = await TestNode.StartAsync(origin.Address);

        for (var i = 0; i < 20; i++)
        {
            (await node.Client.GetStringAsync(node.Address)).ShouldBe("hello");
        }

        connections.Count.ShouldBe(1);
        await Eventually.Holds(async () =>
        {
            node.Time.Advance(TimeSpan.FromSeconds(5));
            await node.Client.GetStringAsync(node.Address);
            return connections.Count > 1;
        }, "an idle connection is left");
    }

    [Fact]
    public async Task A_connection_that_the_origin_closed_while_it_was_idle_is_never_used_also_not_for_a_body()
    {
        await using var origin = new RawOrigin("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        await using var node = await TestNode.StartAsync(origin.Address);

        for (var i = 0; i < 20; i++)
        {
            // The origin closes after each answer without having said so.
            using var response = await node.Client.PostAsync(node.Address, new StringContent("body"));
            response.StatusCode.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.BadGateway);
            await Eventually.Holds(() => !HasConnection(origin.Address), "the node closes its side");
        }

        (await node.MetricAsync("filternode_requests_total{service=\"shop\",outcome=\"passed\"}")).ShouldBeGreaterThanOrEqualTo(19);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public async Task A_response_in_small_pieces_arrives_whole(int size)
    {
        const string Wire = "HTTP/1.1 200 OK\r\nX-One: 1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nX-Trailer: t\r\n\r\n";
        await using var origin = new RawOrigin(async (stream, _) =>
        {
            stream.Socket.NoDelay = true;
            foreach (var piece in Encoding.Latin1.GetBytes(Wire).Chunk(size))
            {
                await stream.WriteAsync(piece);
            }
        });
        await using var node = await TestNode.StartAsync(origin.Address);

        // Kestrel sends no trailers on HTTP/1.1.
        using var request = new HttpRequestMessage(HttpMethod.Get, node.Address) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var response = await node.Client.SendAsync(request);

        response.Headers.GetValues("X-One").ShouldBe(["1"]);
        (await response.Content.ReadAsStringAsync()).ShouldBe("hello world");
        response.TrailingHeaders.GetValues("X-Trailer").ShouldBe(["t"]);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n", "hello", " world")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello", " world")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "5\r\nhello\r\n", "6\r\n world\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "5\r\nhello\r\n", "6\r\n world\r\n", "0\r\n\r\n")]
    public async Task A_response_that_comes_bit_by_bit_on_a_connection_that_stays_open_arrives_whole(params string[] pieces)
    {
        using var next = new SemaphoreSlim(0);
        await using var origin = new RawOrigin(async (stream, _) =>
        {
            foreach (var piece in pieces)
            {
                await stream.WriteAsync(Encoding.Latin1.GetBytes(piece));
                await next.WaitAsync();
            }
        });
        await using var node = await TestNode.StartAsync(origin.Address);
        using var response = await node.Client.GetAsync(node.Address, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[100];
        var text = "";
        for (var i = 0; i < pieces.Length - 1; i++)
        {
            if (pieces[i].Contains("hello", StringComparison.Ordinal))
            {
                var read = await body.ReadAsync(buffer);
                text += Encoding.Latin1.GetString(buffer, 0, read);
            }

            next.Release();
        }

        text += await new StreamReader(body).ReadToEndAsync();
        next.Release();

        text.ShouldBe("hello world");
    }

    [Theory]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n")]
    [InlineData("GET", "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n", "HTTP/1.1 304 Not Modified\r\n")]
    [InlineData("GET", "HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 204 No Content\r\n")]
    [InlineData("GET", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello", "HTTP/1.1 204 No Content\r\n")]
    [InlineData("GET", "HTTP/1.0 200 OK\r\n\r\nuntil the end", "HTTP/1.1 200 OK\r\n")]
    public async Task Responses_without_a_body_and_of_old_servers_pass(string method, string answer, string head)
    {
        await using var origin = new RawOrigin(answer);
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);

        await client.SendAsync($"{method} / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        var (text, reset) = await client.ReadToEndAsync();

        reset.ShouldBeFalse();
        text.ShouldStartWith(head);
        text.Contains("until the end", StringComparison.Ordinal).ShouldBe(answer.Contains("until", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_answer_that_comes_before_the_body_is_whole_reaches_the_client_at_once()
    {
        await using var origin = new RawOrigin((stream, _) => stream.WriteAsync("HTTP/1.1 413 Too Large\r\nContent-Length: 4\r\n\r\nbig!"u8.ToArray()).AsTask());
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);

        await client.SendAsync("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nbeginning");

        (await client.ReadUntilAsync("big!")).ShouldStartWith("HTTP/1.1 413 Too Large\r\n");
        await client.SendAsync(new string('x', 1_000_000 - 9));
        await client.SendAsync(Get);
        (await client.ReadUntilAsync("big!")).ShouldStartWith("HTTP/1.1 413 Too Large\r\n");
        node.Log.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_client_that_keeps_sending_after_the_answer_is_cut_after_five_seconds()
    {
        await using var origin = new RawOrigin("HTTP/1.1 413 Too Large\r\nContent-Length: 4\r\n\r\nbig!");
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);
        await client.SendAsync("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nbeginning");
        await client.ReadUntilAsync("big!");

        await Eventually.Holds(async () =>
        {
            node.Time.Advance(TimeSpan.FromSeconds(5));
            return await node.MetricAsync("filternode_connections{listener=\"127.0.0.1:0\"}") == 0;
        }, "the connection is ended");

        node.Log.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_header_that_Connection_names_stays_behind_and_rules_that_look_at_the_answer_still_see_it()
    {
        await using var origin = new RawOrigin("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
        var settings = TestNode.Settings(origin.Address);
        TestNode.Shop(settings)["UserRules"] = JsonNode.Parse("""
            { "Rules": [ { "Id": "bot-404", "Action": "Blacklist", "Ttl": "00:30:00", "When": { "And": [
              { "Property": "Status", "Operator": "=", "Value": "404" }, { "Property": "UserAgent", "Operator": "contains", "Value": "Bot" } ] } } ] }
            """);
        await using var node = await TestNode.StartAsync(settings);
        using var client = await RawClient.ConnectAsync(node.Address);

        await client.SendAsync("GET / HTTP/1.1\r\nHost: x\r\nUser-Agent: Bot\r\nConnection: User-Agent\r\n\r\n");
        await client.ReadUntilAsync("ok");

        origin.Heads.ShouldHaveSingleItem().ShouldNotContain("Bot");
        await node.ShouldComeToAsync("filternode_rule_hits_total{service=\"shop\",filter=\"rule\",rule=\"bot-404\",mode=\"enforced\"}", 1);
    }

    [Fact]
    public async Task Cookies_of_an_HTTP2_client_reach_the_origin_in_one_line_and_a_POST_without_body_says_so()
    {
        await using var origin = new RawOrigin("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
        await using var node = await TestNode.StartAsync(origin.Address);
        using var request = new HttpRequestMessage(HttpMethod.Post, node.Address) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.TryAddWithoutValidation("Cookie", ["a=1", "b=2"]);

        (await node.Client.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.OK);

        var lines = origin.Heads.ShouldHaveSingleItem().Split("\r\n");
        lines.Where(line => line.StartsWith("Cookie:", StringComparison.OrdinalIgnoreCase)).ShouldHaveSingleItem().ShouldEndWith("a=1; b=2");
        lines.ShouldContain("Content-Length: 0");
    }

    [Fact]
    public async Task A_transfer_that_never_waits_leaves_the_thread_to_others()
    {
        const int Length = 256 << 20;
        await using var origin = await TestOrigin.StartAsync(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            await context.Response.WriteAsync("hello");
        });
        await using var node = await TestNode.StartAsync(origin.Address);
        using var uploads = new HttpClient();
        var transfers = Enumerable.Range(0, 8).Select(_ => uploads.PostAsync(node.Address, new ByteArrayContent(new byte[Length / 8]))).ToArray();
        var answers = 0;

        // Each new connection may land on the thread of any transfer.
        while (!Array.TrueForAll(transfers, transfer => transfer.IsCompleted) || answers < 20)
        {
            using var client = new HttpClient();
            (await client.GetStringAsync(node.Address)).ShouldBe("hello");
            answers++;
        }

        (await Task.WhenAll(transfers)).ShouldAllBe(response => response.StatusCode == HttpStatusCode.OK);
    }

    private static bool HasConnection(string address)
    {
        var port = int.Parse(address.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture).ToString("X4", System.Globalization.CultureInfo.InvariantCulture);

        // 01 is ESTABLISHED, 08 CLOSE_WAIT: the node's end of a connection that the origin has closed.
        return File.ReadLines("/proc/net/tcp").Any(line => line.Contains($" 0100007F:{port} 01 ", StringComparison.Ordinal) || line.Contains($" 0100007F:{port} 08 ", StringComparison.Ordinal));
    }
}
