using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode;

public sealed class Http10Tests
{
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nhello")]
    public async Task A_body_of_unknown_length_comes_without_chunks_and_ends_with_the_connection(string answer)
    {
        await using var origin = new RawOrigin(answer);
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);

        await client.SendAsync("GET / HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\n\r\n");

        var (text, reset) = await client.ReadToEndAsync();
        text.ShouldStartWith("HTTP/1.1 200 OK\r\n");
        text.ShouldNotContain("chunked");
        text.ShouldEndWith("\r\n\r\nhello");
        reset.ShouldBeFalse();
    }

    [Fact]
    public async Task A_body_of_unknown_length_that_breaks_off_ends_with_a_reset()
    {
        await using var origin = new RawOrigin("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel");
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);

        await client.SendAsync("GET / HTTP/1.0\r\nHost: x\r\n\r\n");

        // The end of the connection alone would be the end of the body.
        (await client.ReadToEndAsync()).Reset.ShouldBeTrue();
    }

    [Fact]
    public async Task A_connection_is_kept_when_the_client_asks_for_it()
    {
        await using var origin = new RawOrigin("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);

        for (var i = 0; i < 2; i++)
        {
            await client.SendAsync("GET / HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\n\r\n");
            (await client.ReadUntilAsync("hello")).ShouldContain("\r\nConnection: keep-alive\r\n");
        }

        await client.SendAsync("GET / HTTP/1.0\r\nHost: x\r\n\r\n");
        (await client.ReadToEndAsync()).Text.ShouldEndWith("\r\n\r\nhello");
    }
}
