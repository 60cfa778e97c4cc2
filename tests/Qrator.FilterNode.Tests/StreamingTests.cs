using Microsoft.AspNetCore.Http;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode;

public sealed class StreamingTests
{
    private const long Gigabyte = 1L << 30;
    private const long Allowed = 32L << 20;

    [Fact]
    public async Task A_gigabyte_up_and_down_does_not_raise_the_memory_by_more_than_32_MB()
    {
        await using var origin = await TestOrigin.StartAsync(ServeAsync);
        await using var node = await NodeProcess.StartAsync(TestNode.Settings(origin.Address));
        await DownloadAsync(node, 64 << 20);
        await UploadAsync(node, 64 << 20);
        var before = node.ResidentBytes;

        (await DownloadAsync(node, Gigabyte)).ShouldBe(Gigabyte);
        (await UploadAsync(node, Gigabyte)).ShouldBe(Gigabyte);

        (node.ResidentBytes - before).ShouldBeLessThan(Allowed);
    }

    [Fact]
    public async Task A_response_reaches_the_client_while_the_origin_is_still_sending()
    {
        var clientHasFirstPart = new TaskCompletionSource();
        await using var origin = await TestOrigin.StartAsync(async context =>
        {
            await context.Response.WriteAsync("first");
            await context.Response.Body.FlushAsync();
            await clientHasFirstPart.Task;
            await context.Response.WriteAsync("second");
        });
        await using var node = await TestNode.StartAsync(origin.Address);

        using var response = await node.Client.GetAsync(node.Address, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[5];
        await body.ReadExactlyAsync(buffer);
        clientHasFirstPart.SetResult();

        (await new StreamReader(body).ReadToEndAsync()).ShouldBe("second");
    }

    [Fact]
    public async Task A_request_body_reaches_the_origin_while_the_client_is_still_sending()
    {
        var originHasFirstPart = new TaskCompletionSource();
        await using var origin = await TestOrigin.StartAsync(async context =>
        {
            await context.Request.Body.ReadExactlyAsync(new byte[5]);
            originHasFirstPart.SetResult();
            await context.Response.WriteAsync(await new StreamReader(context.Request.Body).ReadToEndAsync());
        });
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);

        await client.SendAsync("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nfirst\r\n");
        await originHasFirstPart.Task;
        await client.SendAsync("6\r\nsecond\r\n0\r\n\r\n");

        (await client.ReadToEndAsync()).Text.ShouldContain("second");
    }

    private static async Task ServeAsync(HttpContext context)
    {
        if (HttpMethods.IsPost(context.Request.Method))
        {
            await context.Response.WriteAsync((await CountAsync(context.Request.Body)).ToString(System.Globalization.CultureInfo.InvariantCulture));
            return;
        }

        var left = long.Parse(context.Request.Path.Value![1..], System.Globalization.CultureInfo.InvariantCulture);
        var part = new byte[1 << 16];
        for (; left > 0; left -= part.Length)
        {
            await context.Response.Body.WriteAsync(part);
        }
    }

    private static async Task<long> DownloadAsync(NodeProcess node, long bytes)
    {
        using var response = await node.Client.GetAsync(new Uri(node.Address, $"/{bytes}"), HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        return await CountAsync(body);
    }

    private static async Task<long> UploadAsync(NodeProcess node, long bytes)
    {
        using var content = new ZeroContent(bytes);
        using var response = await node.Client.PostAsync(node.Address, content);
        return long.Parse(await response.Content.ReadAsStringAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task<long> CountAsync(Stream stream)
    {
        var buffer = new byte[1 << 16];
        var total = 0L;
        int read;
        while ((read = await stream.ReadAsync(buffer)) > 0)
        {
            total += read;
        }

        return total;
    }

    private sealed class ZeroContent(long length) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            var part = new byte[1 << 16];
            for (var left = length; left > 0; left -= part.Length)
            {
                await stream.WriteAsync(part);
            }
        }

        protected override bool TryComputeLength(out long total)
        {
            total = length;
            return true;
        }
    }
}
