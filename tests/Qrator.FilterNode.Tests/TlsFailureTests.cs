using System.Text;
using System.Text.Json.Nodes;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode;

public sealed class TlsFailureTests
{
    private const int Handshakes = 400;
    private const int Batches = 8;
    private const long Allowed = 4 << 20;

    private const string Failed = "filternode_connections_dropped_total{listener=\"127.0.0.1:0\",reason=\"tls_handshake\"}";

    // A record header that promises a ClientHello of 512 bytes, and the first of them.
    private const string HalfHello = "1603010200010001FC0303";

    [Fact]
    public async Task Two_hundred_handshakes_that_come_to_nothing_are_counted_and_leave_no_line_and_no_connection()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartAsync(origin.Address);
        var lines = node.Log.Lines.Count;
        var random = new Random(7);

        for (var i = 0; i < 200; i++)
        {
            using var client = await RawClient.ConnectAsync(node.Address);
            switch (i % 4)
            {
                case 0:
                    break;
                case 1:
                    await client.SendAsync(Convert.FromHexString(HalfHello));
                    break;
                case 2:
                    await client.SendAsync("GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n");
                    await client.ReadToEndAsync();
                    break;
                default:
                    var noise = new byte[random.Next(1, 600)];
                    random.NextBytes(noise);
                    await client.SendAsync((byte[])[22, 3, 1, (byte)(noise.Length >> 8), (byte)noise.Length, .. noise]);
                    await client.ReadToEndAsync();
                    break;
            }
        }

        await Eventually.Holds(async () => await node.MetricAsync(Failed) == 200, "all are counted");
        await Eventually.Holds(async () => await node.MetricAsync("filternode_connections{listener=\"127.0.0.1:0\"}") == 0, "none is left open");
        node.Log.Lines.Skip(lines).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData(HalfHello)]
    [InlineData("1603010004010001FC160301000203")]
    public async Task A_handshake_that_does_not_go_on_is_ended(string sent)
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);

        await client.SendAsync(Convert.FromHexString(sent));

        // Waits a minute at most.
        (await client.ReadToEndAsync()).Text.ShouldBe("");
        await Eventually.Holds(async () => await node.MetricAsync(Failed) == 1, "it is counted");
    }

    [Fact]
    public async Task A_client_that_is_silent_after_the_handshake_is_ended()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartAsync(origin.Address);
        await using var stream = await TlsNode.HandshakeAsync(node.Address, "shop.example");
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));

        await Should.ThrowAsync<IOException>(stream.ReadAsync(new byte[1], patience.Token).AsTask());

        (await node.MetricAsync(Failed)).ShouldBe(0);
    }

    [Fact]
    public async Task Memory_does_not_grow_with_handshakes()
    {
        var authority = new TestAuthority();
        await using var origin = await TestOrigin.StartAsync();
        var settings = TlsNode.Settings(origin.Address);
        var folder = Directory.CreateTempSubdirectory("filternode-").FullName;
        TlsNode.Write(folder, "shop", authority.Issue("shop.example"), authority);
        await File.WriteAllTextAsync(Path.Combine(folder, "appsettings.json"), settings.ToJsonString());
        await using var node = await NodeProcess.StartAsync(folder, "dotnet", NodeProcess.Dll);

        await ShakeAsync(node.Address, Handshakes);
        var least = long.MaxValue;
        for (var i = 0; i < Batches && least > Allowed; i++)
        {
            var before = node.ResidentBytes;
            await ShakeAsync(node.Address, Handshakes);
            least = Math.Min(least, node.ResidentBytes - before);
        }

        // The heap settles with some of them; what is lost with each handshake shows in all.
        least.ShouldBeLessThanOrEqualTo(Allowed);
    }

    private static async Task ShakeAsync(Uri node, int times)
    {
        for (var i = 0; i < times; i++)
        {
            await using var stream = await TlsNode.HandshakeAsync(node, i % 2 == 0 ? "shop.example" : $"{i}.shop.example");
            await stream.WriteAsync("GET / HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n"u8.ToArray());
            (await new StreamReader(stream, Encoding.ASCII).ReadToEndAsync()).ShouldContain("hello");
        }
    }

    private static Task<TestNode> StartAsync(string origin)
    {
        var authority = new TestAuthority();
        return TestNode.StartAsync((JsonNode)TlsNode.Settings(origin), folder => TlsNode.Write(folder, "shop", authority.Issue("shop.example"), authority));
    }
}
