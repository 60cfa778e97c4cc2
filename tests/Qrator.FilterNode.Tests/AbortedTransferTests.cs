using System.Globalization;
using Microsoft.AspNetCore.Http;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode;

public sealed class AbortedTransferTests
{
    private const int Transfers = 10_000;
    private const int AtOnce = 32;
    private const int Rounds = 3;
    private const int PartBytes = 16 << 10;
    private const double Allowed = 10 << 20;

    [Fact]
    public async Task Memory_after_10000_aborted_uploads_and_downloads_is_back_within_10_MB()
    {
        await using var origin = await TestOrigin.StartAsync(ServeAsync);
        await using var node = await NodeProcess.StartAsync(TestNode.Settings(origin.Address));

        // The same once before: what the node needs for so many at once stays with it. And the heap settles with some rounds; what is lost with each
        // transfer shows in all.
        await AbortAsync(node, Transfers);
        var rounds = 1;
        for (var grown = double.MaxValue; grown >= Allowed; rounds++)
        {
            rounds.ShouldBeLessThanOrEqualTo(Rounds, $"the last grew the memory by {grown:N0} bytes");
            var before = await SettledAsync(node);
            await AbortAsync(node, Transfers);
            grown = await SettledAsync(node) - before;
        }

        await Eventually.Holds(async () => await RequestsAsync(node) == rounds * Transfers, "every transfer is counted once");
    }

    // Half of them in the middle of a body that they send, half of one that they receive.
    private static Task AbortAsync(NodeProcess node, int transfers) =>
        Parallel.ForAsync(0, transfers, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) =>
        {
            using var client = await RawClient.ConnectAsync(node.Address);
            if (i % 2 == 0)
            {
                await client.SendAllAsync(Upload);
                await client.ReadUntilAsync("begun");
            }
            else
            {
                await client.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
                await client.ReadUntilAsync("begun");
            }

            client.Reset();
        });

    private static byte[] Upload { get; } =
        [.. "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"u8, .. new byte[PartBytes]];

    private static async Task ServeAsync(HttpContext context)
    {
        if (HttpMethods.IsPost(context.Request.Method))
        {
            await context.Request.Body.ReadExactlyAsync(new byte[PartBytes]);
            await context.Response.WriteAsync("begun");
            await context.Response.Body.FlushAsync();
            while (await context.Request.Body.ReadAsync(new byte[PartBytes]) > 0)
            {
            }

            return;
        }

        await context.Response.WriteAsync("begun");
        await context.Response.Body.WriteAsync(new byte[PartBytes]);
        await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task<double> SettledAsync(NodeProcess node)
    {
        await Eventually.Holds(async () => await ReadAsync(node, "filternode_connections{listener=\"127.0.0.1:0\"}") == 0, "all connections are over");
        return await ResidentAsync(node);
    }

    private static Task<double> ResidentAsync(NodeProcess node) => ReadAsync(node, "process_resident_memory_bytes");

    private static async Task<double> RequestsAsync(NodeProcess node) =>
        (await node.Client.GetStringAsync(new Uri(node.AdminAddress, "metrics"))).Split('\n')
            .Where(line => line.StartsWith("filternode_requests_total{service=\"shop\"", StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));

    private static async Task<double> ReadAsync(NodeProcess node, string series)
    {
        var lines = (await node.Client.GetStringAsync(new Uri(node.AdminAddress, "metrics"))).Split('\n');
        var line = lines.Single(line => line.StartsWith(series + " ", StringComparison.Ordinal));
        return double.Parse(line[(series.Length + 1)..], CultureInfo.InvariantCulture);
    }
}
