using System.Net;
using System.Net.Sockets;

namespace Qrator.FilterNode.Sockets;

public sealed class LoopStreamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Many_connections_at_once_that_come_and_go_carry_every_byte_both_ways(int seed)
    {
        using var listener = Listen();
        var random = new Random(seed);
        await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => ComeAndGoAsync(listener, random.Next())));
    }

    [Fact]
    public async Task Both_directions_wait_for_their_own_side_alone()
    {
        using var listener = Listen();
        await using var stream = await LoopStream.ConnectAsync(listener.LocalEndPoint!, CancellationToken.None);
        using var peer = await listener.AcceptAsync();
        var read = stream.ReadAsync(new byte[10]).AsTask();
        var bytes = new byte[16 << 20];
        var write = stream.WriteAsync(bytes).AsTask();
        write.IsCompleted.ShouldBeFalse();
        read.IsCompleted.ShouldBeFalse();
        await peer.SendAsync("ab"u8.ToArray());
        (await read).ShouldBe(2);
        write.IsCompleted.ShouldBeFalse();
        await ReceiveAsync(peer, bytes.Length);
        await write;
    }

    [Fact]
    public async Task The_end_is_read_when_it_came_together_with_the_last_bytes()
    {
        using var listener = Listen();
        for (var round = 0; round < 200; round++)
        {
            await using var stream = await LoopStream.ConnectAsync(listener.LocalEndPoint!, CancellationToken.None);
            var peer = await listener.AcceptAsync();
            var read = stream.ReadAsync(new byte[10]).AsTask();
            await peer.SendAsync("last"u8.ToArray());
            peer.Dispose();
            (await read).ShouldBe(4);
            (await stream.ReadAsync(new byte[10])).ShouldBe(0);
            (await stream.ReadAsync(new byte[10])).ShouldBe(0);
        }
    }

    [Fact]
    public async Task A_read_of_exactly_what_is_there_is_followed_by_one_that_waits()
    {
        using var listener = Listen();
        await using var stream = await LoopStream.ConnectAsync(listener.LocalEndPoint!, CancellationToken.None);
        using var peer = await listener.AcceptAsync();
        var buffer = new byte[3];
        for (var round = 0; round < 200; round++)
        {
            var read = stream.ReadAsync(buffer).AsTask();
            await peer.SendAsync("abc"u8.ToArray());
            (await read).ShouldBe(3);
        }
    }

    [Fact]
    public async Task A_read_into_nothing_waits_for_bytes_and_takes_none()
    {
        using var listener = Listen();
        await using var stream = await LoopStream.ConnectAsync(listener.LocalEndPoint!, CancellationToken.None);
        using var peer = await listener.AcceptAsync();
        var news = stream.ReadAsync(Memory<byte>.Empty).AsTask();
        news.IsCompleted.ShouldBeFalse();
        await peer.SendAsync("x"u8.ToArray());
        (await news).ShouldBe(0);
        (await stream.ReadAsync(new byte[10])).ShouldBe(1);
    }

    [Fact]
    public async Task Closing_ends_what_waits_in_both_directions()
    {
        using var listener = Listen();
        var stream = await LoopStream.ConnectAsync(listener.LocalEndPoint!, CancellationToken.None);
        using var peer = await listener.AcceptAsync();
        var read = stream.ReadAsync(new byte[10]).AsTask();
        var write = stream.WriteAsync(new byte[16 << 20]).AsTask();
        await stream.DisposeAsync();
        await Should.ThrowAsync<IOException>(read);
        await Should.ThrowAsync<IOException>(write);
        await Should.ThrowAsync<IOException>(() => stream.ReadAsync(new byte[10]).AsTask());
        await Should.ThrowAsync<IOException>(() => stream.WriteAsync(new byte[10]).AsTask());
    }

    [Fact]
    public async Task A_reset_by_the_other_end_fails_what_waits()
    {
        using var listener = Listen();
        await using var stream = await LoopStream.ConnectAsync(listener.LocalEndPoint!, CancellationToken.None);
        var peer = await listener.AcceptAsync();
        var read = stream.ReadAsync(new byte[10]).AsTask();
        peer.Close(timeout: 0);
        var failure = await Should.ThrowAsync<IOException>(read);
        failure.InnerException.ShouldBeOfType<SocketException>().SocketErrorCode.ShouldBe(SocketError.ConnectionReset);
    }

    [Fact]
    public async Task Cancelling_a_read_or_a_write_ends_the_connection()
    {
        using var listener = Listen();
        await using var stream = await LoopStream.ConnectAsync(listener.LocalEndPoint!, CancellationToken.None);
        using var peer = await listener.AcceptAsync();
        using var stop = new CancellationTokenSource();
        var read = stream.ReadAsync(new byte[10], stop.Token).AsTask();
        var write = stream.WriteAsync(new byte[16 << 20], stop.Token).AsTask();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(read);
        await Should.ThrowAsync<OperationCanceledException>(write);
        await Should.ThrowAsync<IOException>(() => stream.ReadAsync(new byte[10]).AsTask());
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task A_port_where_nobody_listens_refuses(string address)
    {
        using var taken = new Socket(IPAddress.Parse(address).AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
        var failure = await Should.ThrowAsync<SocketException>(() => LoopStream.ConnectAsync(taken.LocalEndPoint!, CancellationToken.None).AsTask());
        failure.SocketErrorCode.ShouldBe(SocketError.ConnectionRefused);
    }

    [Fact]
    public async Task Connecting_is_given_up_when_it_is_cancelled()
    {
        // A backlog that is full takes no other connection, and answers nothing.
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        using var stop = new CancellationTokenSource();
        var connecting = Enumerable.Range(0, 8).Select(_ => LoopStream.ConnectAsync(listener.LocalEndPoint!, stop.Token).AsTask()).ToList();
        var (first, others) = (await Task.WhenAny(connecting), connecting.Where(static one => !one.IsCompleted).ToList());
        await using var connected = await first;
        await stop.CancelAsync();
        var outcomes = await Task.WhenAll(others.Select(static one => Record.ExceptionAsync(async () => await (await one).DisposeAsync())));
        outcomes.OfType<OperationCanceledException>().ShouldNotBeEmpty();
        outcomes.Where(static failure => failure is not (null or OperationCanceledException)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Who_is_closed_at_any_moment_ends_what_waits_and_harms_no_other(int seed)
    {
        using var listener = Listen();
        var random = new Random(seed);
        await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => CloseAnywhereAsync(listener, random.Next())).Concat(
            Enumerable.Range(0, 4).Select(_ => ComeAndGoAsync(listener, random.Next()))));
    }

    [Fact]
    public async Task What_was_written_before_closing_arrives_also_when_the_other_end_ends_at_that_moment()
    {
        using var listener = Listen();
        var sent = new byte[200_000];
        for (var round = 0; round < 300; round++)
        {
            var stream = await LoopStream.ConnectAsync(listener.LocalEndPoint!, CancellationToken.None);
            using var peer = await listener.AcceptAsync();
            var reading = Record.ExceptionAsync(() => stream.ReadAsync(new byte[10]).AsTask());
            await stream.WriteAsync(sent);
            var ending = Task.Run(() => peer.Shutdown(SocketShutdown.Send));
            await stream.DisposeAsync();
            await ending;
            await reading;
            await ReceiveAsync(peer, sent.Length);
            (await peer.ReceiveAsync(new byte[1])).ShouldBe(0);
        }
    }

    private static Socket Listen()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(256);
        return listener;
    }

    // Whoever accepts may get another's connection, which does not matter: each sends back what it gets until the end.
    private static async Task ComeAndGoAsync(Socket listener, int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 20; round++)
        {
            await using var stream = await LoopStream.ConnectAsync(listener.LocalEndPoint!, CancellationToken.None);
            var echo = Task.Run(async () => await EchoAsync(await listener.AcceptAsync()));
            var sent = new byte[random.Next(1, random.Next(8) == 0 ? 2_000_000 : 20_000)];
            random.NextBytes(sent);
            var sizes = new Random(random.Next());
            var writing = Task.Run(async () =>
            {
                for (var at = 0; at < sent.Length;)
                {
                    var piece = Math.Min(sizes.Next(1, 100_000), sent.Length - at);
                    await stream.WriteAsync(sent.AsMemory(at, piece));
                    at += piece;
                }
            });
            var got = new byte[sent.Length];
            for (var at = 0; at < got.Length;)
            {
                var count = await stream.ReadAsync(got.AsMemory(at, Math.Min(got.Length - at, random.Next(1, 50_000))));
                count.ShouldBeGreaterThan(0);
                at += count;
            }

            got.AsSpan().SequenceEqual(sent).ShouldBeTrue();
            await writing;
            await stream.DisposeAsync();
            await echo;
        }
    }

    private static async Task CloseAnywhereAsync(Socket listener, int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 60; round++)
        {
            var stream = await LoopStream.ConnectAsync(listener.LocalEndPoint!, CancellationToken.None);
            var echo = Task.Run(async () => await EchoAsync(await listener.AcceptAsync()));
            var reading = Record.ExceptionAsync(async () =>
            {
                while (await stream.ReadAsync(new byte[1_000]) > 0)
                {
                }
            });
            var writing = Record.ExceptionAsync(async () =>
            {
                while (true)
                {
                    await stream.WriteAsync(new byte[5_000]);
                    await Task.Yield();
                }
            });
            for (var turns = random.Next(30); turns > 0; turns--)
            {
                await Task.Yield();
            }

            stream.Socket.Close(resets: random.Next(2) == 0);
            (await reading).ShouldBeOfType<IOException>();
            (await writing).ShouldBeOfType<IOException>();
            await echo;
        }
    }

    private static async Task EchoAsync(Socket peer)
    {
        using (peer)
        {
            var buffer = new byte[30_000];
            try
            {
                while (await peer.ReceiveAsync(buffer) is > 0 and var count)
                {
                    for (var sent = 0; sent < count;)
                    {
                        sent += await peer.SendAsync(buffer.AsMemory(sent, count - sent));
                    }
                }
            }
            catch (SocketException)
            {
                // The other end was closed in the middle.
            }
        }
    }

    private static async Task ReceiveAsync(Socket peer, int count)
    {
        var buffer = new byte[1 << 16];
        while (count > 0)
        {
            var received = await peer.ReceiveAsync(buffer);
            received.ShouldBeGreaterThan(0);
            count -= received;
        }
    }
}
