using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Fixtures;
using Qrator.FilterNode.Forwarding;

namespace Qrator.FilterNode.Transport;

public sealed class ClientConnectionTests
{
    private const int More = 20 << 20;

    [Fact]
    public async Task A_client_that_has_ended_its_side_gets_all_that_was_sent_to_it()
    {
        using var pair = await SocketPair.ConnectAsync(sendBuffer: 1 << 20);
        await using var connection = Connect(pair);
        await connection.Transport.Output.WriteAsync(new byte[500_000]);

        // So Kestrel says that the client has ended its side.
        connection.Abort(null!);
        (await ReadToEndAsync(pair.Client)).ShouldBe((500_000, false));
    }

    [Fact]
    public async Task An_aborted_connection_is_reset_and_who_waits_on_it_hears_of_it()
    {
        using var pair = await SocketPair.ConnectAsync();
        await using var connection = Connect(pair);
        var read = connection.Transport.Input.ReadAsync().AsTask();
        var flush = connection.Transport.Output.WriteAsync(new byte[More]).AsTask();
        connection.Abort(new ConnectionAbortedException("enough"));
        (await Record.ExceptionAsync(() => read)).ShouldBeOfType<ConnectionAbortedException>().Message.ShouldBe("enough");
        (await flush).IsCompleted.ShouldBeTrue();
        await ClosedAsync(connection);
        (await ReadToEndAsync(pair.Client)).Reset.ShouldBeTrue();
    }

    [Fact]
    public async Task A_client_that_resets_while_nobody_reads_is_noticed_by_what_is_sent_to_it()
    {
        using var pair = await SocketPair.ConnectAsync();
        await using var connection = Connect(pair);

        // More than there is room for, so that nothing is received before the reader has taken some.
        await pair.Client.SendAsync(new byte[2_000]);
        await Eventually.Holds(() => pair.Node.Available == 2_000, "all has come");
        var read = await connection.Transport.Input.ReadAsync();
        connection.Transport.Input.AdvanceTo(read.Buffer.GetPosition(10));
        var flush = connection.Transport.Output.WriteAsync(new byte[More]);
        pair.Client.Close(timeout: 0);
        (await flush).IsCompleted.ShouldBeTrue();
        await ClosedAsync(connection);
        await Should.ThrowAsync<ConnectionResetException>(async () => await connection.Transport.Input.ReadAsync());
    }

    [Fact]
    public async Task A_connection_whose_client_ends_its_side_is_told_closed_and_can_still_be_written()
    {
        using var pair = await SocketPair.ConnectAsync();
        await using (var connection = Connect(pair))
        {
            await pair.Client.SendAsync("question"u8.ToArray());
            pair.Client.Shutdown(SocketShutdown.Send);
            var read = await connection.Transport.Input.ReadAsync();
            connection.Transport.Input.AdvanceTo(read.Buffer.End);
            (await connection.Transport.Input.ReadAsync()).IsCompleted.ShouldBeTrue();
            await ClosedAsync(connection);
            (await connection.Transport.Output.WriteAsync("answer"u8.ToArray())).IsCompleted.ShouldBeFalse();
        }

        (await ReadToEndAsync(pair.Client)).ShouldBe((6, false));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_end_that_is_withheld_is_told_when_it_may_be_and_an_exchange_hears_of_it_at_once(bool isAskedBefore)
    {
        using var pair = await SocketPair.ConnectAsync();
        await using var connection = Connect(pair);
        using var exchange = new OriginExchange(new(TimeProvider.System), TimeProvider.System);
        connection.Presence.Follow(exchange);
        var closed = isAskedBefore ? connection.ConnectionClosed : default;
        connection.WithholdEnd();
        pair.Client.Shutdown(SocketShutdown.Send);
        (await connection.Input.ReadAsync()).IsCompleted.ShouldBeTrue();
        await Eventually.Holds(() => exchange.HasLeft, "the exchange hears of it");

        closed = isAskedBefore ? closed : connection.ConnectionClosed;
        closed.IsCancellationRequested.ShouldBeFalse();
        connection.TellEnd();
        closed.IsCancellationRequested.ShouldBeTrue();
    }

    [Fact]
    public async Task An_end_that_just_comes_when_it_may_be_told_is_told()
    {
        for (var round = 0; round < 200; round++)
        {
            using var pair = await SocketPair.ConnectAsync();
            await using var connection = Connect(pair);
            connection.WithholdEnd();
            var closed = new TaskCompletionSource();
            var read = connection.Input.ReadAsync().AsTask();
            using var start = new Barrier(3);
            await Task.WhenAll(
                AtOnce(start, () => pair.Client.Shutdown(SocketShutdown.Send)),
                AtOnce(start, connection.TellEnd),
                AtOnce(start, () => connection.ConnectionClosed.UnsafeRegister(static closed => ((TaskCompletionSource)closed!).TrySetResult(), closed)));
            (await read).IsCompleted.ShouldBeTrue();
            await closed.Task.WaitAsync(TimeSpan.FromMinutes(1));
        }
    }

    [Fact]
    public async Task What_was_written_and_not_flushed_leaves_with_the_end_of_the_connection()
    {
        using var pair = await SocketPair.ConnectAsync();
        await using (var connection = Connect(pair))
        {
            connection.Transport.Output.Write(new byte[9_000]);
        }

        (await ReadToEndAsync(pair.Client)).ShouldBe((9_000, false));
    }

    [Fact]
    public async Task What_the_system_has_not_taken_when_the_connection_ends_is_not_taken_for_complete()
    {
        using var pair = await SocketPair.ConnectAsync();
        await using (var connection = Connect(pair))
        {
            connection.Transport.Output.Write(new byte[More]);
        }

        (await ReadToEndAsync(pair.Client)).Reset.ShouldBeTrue();
    }

    [Fact]
    public async Task A_connection_that_all_sides_end_at_once_leaves_no_read_and_no_flush_waiting()
    {
        var more = new byte[More];
        for (var round = 0; round < 40; round++)
        {
            using var pair = await SocketPair.ConnectAsync();
            var connection = Connect(pair);
            var read = ReadAllAsync(connection);
            var flush = connection.Transport.Output.WriteAsync(more).AsTask();
            using var start = new Barrier(4);
            await Task.WhenAll(
                AtOnce(start, () => connection.Abort(new ConnectionAbortedException("enough"))),
                AtOnce(start, () => pair.Client.Send("x"u8, SocketFlags.None, out _)),
                AtOnce(start, connection.Transport.Input.CancelPendingRead),
                AtOnce(start, connection.Transport.Output.CancelPendingFlush));
            await flush;
            await read;
            await ClosedAsync(connection);
            await connection.DisposeAsync();
        }
    }

    [Fact]
    public async Task Who_asks_whether_the_connection_is_closed_when_it_is_or_just_becomes_so_hears_of_it()
    {
        for (var round = 0; round < 200; round++)
        {
            using var pair = await SocketPair.ConnectAsync();
            await using var connection = Connect(pair);
            var read = connection.Transport.Input.ReadAsync().AsTask();
            var closed = new TaskCompletionSource();
            using var start = new Barrier(2);
            await Task.WhenAll(
                AtOnce(start, () => pair.Client.Shutdown(SocketShutdown.Send)),
                AtOnce(start, () => connection.ConnectionClosed.UnsafeRegister(static closed => ((TaskCompletionSource)closed!).TrySetResult(), closed)));
            (await read).IsCompleted.ShouldBeTrue();
            await closed.Task.WaitAsync(TimeSpan.FromMinutes(1));
            connection.ConnectionClosed.IsCancellationRequested.ShouldBeTrue();
        }
    }

    [Fact]
    public async Task Who_has_asked_for_the_end_hears_of_it_before_an_exchange_does_that_begins_meanwhile()
    {
        using var pair = await SocketPair.ConnectAsync();
        await using var connection = Connect(pair);
        using var exchange = new OriginExchange(new(TimeProvider.System), TimeProvider.System);
        var knewFirst = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.ConnectionClosed.UnsafeRegister(
            _ =>
            {
                connection.Presence.Follow(exchange);
                knewFirst.SetResult(!exchange.HasLeft);
            },
            state: null);
        var read = connection.Input.ReadAsync().AsTask();

        pair.Client.Shutdown(SocketShutdown.Send);

        (await knewFirst.Task).ShouldBeTrue();
        (await read).IsCompleted.ShouldBeTrue();
        await Eventually.Holds(() => exchange.HasLeft, "the exchange hears of it too");
    }

    private static ClientConnection Connect(SocketPair pair)
    {
        var connection = new ClientConnection(pair.Node, pair.Address, ClientKey.FromAddress(IPAddress.Loopback), port: 1, MemoryPool<byte>.Shared);
        connection.Open();
        return connection;
    }

    private static Task AtOnce(Barrier start, Action act) => Task.Factory.StartNew(
        () =>
        {
            start.SignalAndWait();
            act();
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    private static async Task ReadAllAsync(ClientConnection connection)
    {
        try
        {
            while (true)
            {
                var read = await connection.Transport.Input.ReadAsync();
                connection.Transport.Input.AdvanceTo(read.Buffer.End);
            }
        }
        catch (ConnectionAbortedException)
        {
            // It was aborted.
        }
    }

    private static async Task ClosedAsync(ClientConnection connection) =>
        await Eventually.Holds(() => connection.ConnectionClosed.IsCancellationRequested, "the end is told");

    private static async Task<(int Bytes, bool Reset)> ReadToEndAsync(Socket socket)
    {
        var buffer = new byte[1 << 16];
        var total = 0;
        try
        {
            int read;
            while ((read = await socket.ReceiveAsync(buffer)) > 0)
            {
                total += read;
            }

            return (total, false);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            return (total, true);
        }
    }
}
