using System.Net.Sockets;
using System.Text;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode;

public sealed class HostileOriginTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

    public static TheoryData<string, string, string> BadHeads => new()
    {
        { "nothing at all", "", "closed" },
        { "half a status line", "HTTP/1.1 2", "closed" },
        { "half a head", "HTTP/1.1 200 OK\r\nContent-Le", "closed" },
        { "not HTTP", "SSH-2.0-OpenSSH_9.2\r\n\r\n", "invalid" },
        { "garbage", "\0\x01\x02\xff\xfe\r\n\r\n", "invalid" },
        { "a status of letters", "HTTP/1.1 abc OK\r\n\r\n", "invalid" },
        { "a status of two digits", "HTTP/1.1 20\r\n\r\n", "invalid" },
        { "a header without colon", "HTTP/1.1 200 OK\r\nbroken\r\n\r\n", "invalid" },
        { "a header name with a space", "HTTP/1.1 200 OK\r\nbro ken: x\r\n\r\n", "invalid" },
        { "a control character in a value", "HTTP/1.1 200 OK\r\nX-Bad: a\x01b\r\nContent-Length: 0\r\n\r\n", "invalid" },
        { "a head of 200 KB", "HTTP/1.1 200 OK\r\nX-Huge: " + new string('x', 200_000) + "\r\n\r\n", "invalid" },
        { "a status line without end", "HTTP/1.1 200 " + new string('x', 200_000), "invalid" },
        { "an upgrade that nobody asked for", "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", "invalid" },
    };

    [Theory]
    [MemberData(nameof(BadHeads))]
    public async Task A_head_that_is_none_is_the_502_page(string what, string answer, string reason)
    {
        await using var origin = new RawOrigin(answer);
        await using var node = await TestNode.StartAsync(origin.Address);

        var text = await ExchangeAsync(node, Get);

        text.ShouldStartWith("HTTP/1.1 502 Bad Gateway\r\n", customMessage: what);
        text.ShouldContain("QRATOR");
        text.ShouldNotContain("X-Bad");
        await ShouldHaveCountedAsync(node, origin, reason);
    }

    [Theory]
    [InlineData("short of its Content-Length", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")]
    [InlineData("without the last chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n")]
    [InlineData("within a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhalf")]
    [InlineData("with a chunk size that is none", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nzz\r\nmore\r\n0\r\n\r\n")]
    [InlineData("with a chunk size beyond 64 bits", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nfffffffffffffffff\r\nmore\r\n0\r\n\r\n")]
    public async Task A_body_that_ends_too_early_is_never_complete_for_the_client(string what, string answer)
    {
        await using var origin = new RawOrigin(answer);
        await using var node = await TestNode.StartAsync(origin.Address);

        var text = await ExchangeAsync(node, Get);

        IsComplete(text).ShouldBeFalse($"{what}: {text}");
        await Eventually.Holds(async () => await node.MetricAsync("filternode_requests_total{service=\"shop\",outcome=\"origin_error\"}") == 1, "it is counted");
        ShouldHaveLoggedNothing(node);
    }

    [Fact]
    public async Task A_body_that_ends_too_early_is_always_the_origins_fault_though_it_is_the_node_that_cuts_the_client()
    {
        const int Requests = 300;
        await using var origin = new RawOrigin("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
        await using var node = await TestNode.StartAsync(origin.Address);

        await Parallel.ForEachAsync(
            Enumerable.Range(0, Requests),
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (_, _) => await ExchangeAsync(node, Get));

        await node.ShouldComeToAsync("filternode_requests_total{service=\"shop\",outcome=\"origin_error\"}", Requests);
        (await node.MetricAsync("filternode_requests_total{service=\"shop\",outcome=\"client_aborted\"}")).ShouldBe(0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le")]
    public async Task A_reset_within_the_head_is_the_502_page(string beginning)
    {
        await using var origin = new RawOrigin((stream, _) => ResetAsync(stream, beginning));
        await using var node = await TestNode.StartAsync(origin.Address);

        (await ExchangeAsync(node, Get)).ShouldStartWith("HTTP/1.1 502 Bad Gateway\r\n");

        await ShouldHaveCountedAsync(node, origin, "closed");
    }

    [Fact]
    public async Task A_reset_within_a_body_that_has_no_length_is_no_end_of_the_body()
    {
        var clientHasIt = new TaskCompletionSource();
        await using var origin = new RawOrigin(async (stream, _) =>
        {
            await SendAsync(stream, "HTTP/1.1 200 OK\r\n\r\nhalf");
            await clientHasIt.Task;
            await ResetAsync(stream, "");
        });
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        await client.ReadUntilAsync("half");

        clientHasIt.SetResult();

        (await client.ReadToEndAsync()).Text.ShouldNotContain("0\r\n\r\n");
        await ShouldHaveCountedAsync(node, origin, "cut");
    }

    [Fact]
    public async Task What_an_origin_sends_beyond_its_response_reaches_nobody()
    {
        await using var origin = new RawOrigin(async (stream, _) =>
        {
            do
            {
                await SendAsync(stream, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngoodHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
            }
            while (await ReadHeadAsync(stream));
        });
        await using var node = await TestNode.StartAsync(origin.Address);

        for (var i = 0; i < 5; i++)
        {
            (await node.Client.GetStringAsync(node.Address)).ShouldBe("good");
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nlengt")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: +4\r\n\r\nlengt")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nlengt")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nlengt")]
    public async Task Lengths_that_cannot_be_trusted_never_leave_the_clients_connection_open_with_bytes_in_doubt(string answer)
    {
        await using var origin = new RawOrigin(answer);
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);

        await client.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        await client.SendAsync(Get);

        // Whatever the client gets, no byte stands outside of a response.
        var (text, _) = await client.ReadToEndAsync();
        ShouldBeResponses(text);
        ShouldHaveLoggedNothing(node);
    }

    [Fact]
    public async Task A_flood_of_1xx_is_502_after_as_many_bytes_as_a_head_may_have()
    {
        var hints = string.Concat(Enumerable.Repeat("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", 100));
        await using var origin = new RawOrigin(async (stream, _) =>
        {
            while (true)
            {
                await SendAsync(stream, hints);
            }
        });
        await using var node = await TestNode.StartAsync(origin.Address);

        (await ExchangeAsync(node, Get)).ShouldStartWith("HTTP/1.1 502 Bad Gateway\r\n");

        await ShouldHaveCountedAsync(node, origin, "invalid");
    }

    [Fact]
    public async Task Early_hints_are_left_out_and_the_response_passes()
    {
        await using var origin = new RawOrigin("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
        await using var node = await TestNode.StartAsync(origin.Address);

        var text = await ExchangeAsync(node, Get);

        text.ShouldStartWith("HTTP/1.1 200 OK\r\n");
        text.ShouldEndWith("\r\n\r\nok");
    }

    [Theory]
    [InlineData("GET", "", "HTTP/1.1 200 OK")]
    [InlineData("POST", "body", "HTTP/1.1 502 Bad Gateway")]
    public async Task On_a_connection_that_the_origin_closes_meanwhile_only_a_request_without_body_is_sent_again(string method, string body, string status)
    {
        var requests = 0;
        await using var origin = new RawOrigin(async (stream, _) =>
        {
            // The second request meets a connection that was good until its head arrived.
            var isFirst = Interlocked.Increment(ref requests) == 1;
            await SendAsync(stream, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            if (isFirst)
            {
                await ReadHeadAsync(stream);
                await stream.ReadExactlyAsync(new byte[body.Length]);
            }
        });
        await using var node = await TestNode.StartAsync(origin.Address);
        (await node.Client.GetStringAsync(node.Address)).ShouldBe("ok");

        var length = body.Length > 0 ? $"Content-Length: {body.Length}\r\n" : "";
        var text = await ExchangeAsync(node, $"{method} / HTTP/1.1\r\nHost: x\r\n{length}Connection: close\r\n\r\n{body}");

        text.ShouldStartWith(status);
        requests.ShouldBe(body.Length == 0 ? 2 : 1);
    }

    private static bool IsComplete(string text)
    {
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return end > 0 && text.StartsWith("HTTP/1.1 200", StringComparison.Ordinal) && (text.Contains("chunked", StringComparison.OrdinalIgnoreCase)
            ? text.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal)
            : text.Length - end - 4 >= 100);
    }

    private static void ShouldBeResponses(string text)
    {
        while (text.Length > 0)
        {
            text.ShouldStartWith("HTTP/1.1 ");
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            end.ShouldBeGreaterThan(0, text);
            var head = text[..end];
            var body = text[(end + 4)..];
            var length = head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase));
            if (length is null || !int.TryParse(length["Content-Length: ".Length..], out var bytes) || bytes > body.Length)
            {
                // Ends with the connection.
                return;
            }

            text = body[bytes..];
            if (head.Contains("chunked", StringComparison.OrdinalIgnoreCase))
            {
                return;
            }
        }
    }

    private static async Task ShouldHaveCountedAsync(TestNode node, RawOrigin origin, string reason)
    {
        await Eventually.Holds(async () => await node.MetricAsync("filternode_requests_total{service=\"shop\",outcome=\"origin_error\"}") == 1, "it is counted");
        (await node.MetricAsync($"filternode_origin_failures_total{{service=\"shop\",origin=\"{origin.Address}\",reason=\"{reason}\"}}")).ShouldBe(1, await node.MetricsAsync());
        ShouldHaveLoggedNothing(node);
    }

    private static void ShouldHaveLoggedNothing(TestNode node) =>
        node.Log.Lines.Where(line => line.StartsWith("Warning", StringComparison.Ordinal) || line.StartsWith("Error", StringComparison.Ordinal) || line.Contains("   at ", StringComparison.Ordinal)).ShouldBeEmpty();

    private static ValueTask SendAsync(NetworkStream stream, string text) => stream.WriteAsync(Encoding.Latin1.GetBytes(text));

    private static async Task ResetAsync(NetworkStream stream, string beginning)
    {
        await SendAsync(stream, beginning);

        // The stream alone would end the connection in order first.
        stream.Socket.LingerState = new(enable: true, seconds: 0);
        stream.Socket.Dispose();
    }

    private static async Task<bool> ReadHeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one) == 0)
            {
                return false;
            }

            head.Append((char)one[0]);
        }

        return true;
    }

    private static async Task<string> ExchangeAsync(TestNode node, string request)
    {
        using var client = await RawClient.ConnectAsync(node.Address);
        await client.SendAsync(request);
        return (await client.ReadToEndAsync()).Text;
    }
}
