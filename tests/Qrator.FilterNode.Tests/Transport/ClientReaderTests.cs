using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Transport;

public sealed class ClientReaderTests
{
    // What a reader may leave untaken at most, below the bound at which the connection is given up.
    private const int MostUntaken = 200_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task A_reader_gets_every_byte_once_and_in_order_however_they_are_sent_read_and_interrupted(int seed)
    {
        for (var round = 0; round < 8; round++)
        {
            await PlayAsync(new Random((seed * 1_000) + round));
        }
    }

    [Fact]
    public async Task A_reader_that_holds_back_what_came_early_hears_of_the_end()
    {
        using var pair = await SocketPair.ConnectAsync();
        var ended = 0;
        var reader = Read(pair, new() { OnInputEnded = () => Interlocked.Increment(ref ended) });
        pair.Client.Send("GET"u8);
        var read = await reader.ReadAsync();
        reader.AdvanceTo(read.Buffer.GetPosition(1));
        pair.Client.Dispose();
        await Eventually.Holds(() => Volatile.Read(ref ended) == 1, "the end is told");
        (await reader.ReadAsync()).Buffer.ToArray().ShouldBe("ET"u8.ToArray());
    }

    [Fact]
    public async Task A_reader_with_a_large_buffer_that_holds_back_what_came_early_hears_of_the_end()
    {
        using var pair = await SocketPair.ConnectAsync();
        var ended = 0;
        var reader = Read(pair, new() { OnInputEnded = () => Interlocked.Increment(ref ended) });
        await FillLargeAsync(pair, reader);
        pair.Client.Dispose();
        await Eventually.Holds(() => Volatile.Read(ref ended) == 1, "the end is told");
        (await reader.ReadAsync()).Buffer.IsEmpty.ShouldBeFalse();
    }

    [Fact]
    public async Task The_end_is_told_also_when_bytes_come_between_giving_up_and_closing()
    {
        using var pair = await SocketPair.ConnectAsync();
        var ended = 0;
        var reader = Read(pair, new() { OnInputEnded = () => Interlocked.Increment(ref ended) });
        var read = reader.ReadAsync();
        reader.End(new ConnectionAbortedException("given up"));
        pair.Client.Send("late"u8);
        (await Record.ExceptionAsync(read.AsTask)).ShouldBeOfType<ConnectionAbortedException>();
        pair.Node.Close(resets: false);
        await Eventually.Holds(() => Volatile.Read(ref ended) == 1, "the end is told");
    }

    [Fact]
    public async Task A_read_that_waits_is_cancelled_and_the_next_one_gets_what_comes()
    {
        using var pair = await SocketPair.ConnectAsync();
        var reader = Read(pair, new());
        using var stop = new CancellationTokenSource();
        var read = reader.ReadAsync(stop.Token).AsTask();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(read);
        read = reader.ReadAsync(CancellationToken.None).AsTask();
        reader.CancelPendingRead();
        (await read).IsCanceled.ShouldBeTrue();
        reader.AdvanceTo((await read).Buffer.End);
        pair.Client.Send("x"u8);
        (await reader.ReadAsync(CancellationToken.None)).Buffer.Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_reset_ends_a_read_that_waits()
    {
        using var pair = await SocketPair.ConnectAsync();
        var reader = Read(pair, new());
        var read = reader.ReadAsync().AsTask();
        pair.Client.Close(timeout: 0);
        await Should.ThrowAsync<ConnectionResetException>(read);
    }

    [Fact]
    public async Task Who_takes_nothing_is_given_up_before_the_memory_is_full()
    {
        using var pair = await SocketPair.ConnectAsync();
        var reader = Read(pair, new());
        var sending = SendAsync(pair.Client, new byte[4 << 20]);
        var most = 0L;
        var failure = await Record.ExceptionAsync(async () =>
        {
            while (true)
            {
                var read = await reader.ReadAsync();
                most = read.Buffer.Length;
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        });
        failure.ShouldBeOfType<ConnectionAbortedException>();
        most.ShouldBeInRange(512 << 10, 1 << 20);
        reader.Complete();
        pair.Node.Close(resets: true);

        // What the system has not taken before does not arrive.
        await Record.ExceptionAsync(() => sending);
    }

    [Fact]
    public async Task An_idle_connection_keeps_no_large_buffer_however_its_bytes_were_taken()
    {
        using var pair = await SocketPair.ConnectAsync();
        var reader = Read(pair, new());
        await FillLargeAsync(pair, reader);
        var read = await reader.ReadAsync();
        reader.AdvanceTo(read.Buffer.End);
        var next = reader.ReadAsync();
        pair.Client.Send("x"u8);
        SizeOf(await next).ShouldBe(1 << 10);
    }

    [Fact]
    public async Task An_idle_connection_keeps_no_large_buffer_also_when_its_bytes_just_filled_the_small_one()
    {
        using var pair = await SocketPair.ConnectAsync();
        var reader = Read(pair, new());
        await SendAsync(pair.Client, new byte[1 << 10]);
        var read = await reader.ReadAsync();
        SizeOf(read).ShouldBeGreaterThan(1 << 10);
        reader.AdvanceTo(read.Buffer.End);
        var next = reader.ReadAsync();
        pair.Client.Send("x"u8);
        SizeOf(await next).ShouldBe(1 << 10);
    }

    [Theory]
    [InlineData(1 << 10)]
    [InlineData((1 << 10) + 1)]
    [InlineData(5_000)]
    [InlineData(16 << 10)]
    public async Task What_has_come_at_once_is_read_at_once_up_to_16_KB(int length)
    {
        using var pair = await SocketPair.ConnectAsync();
        await SendAsync(pair.Client, new byte[length]);
        await Eventually.Holds(() => pair.Node.Available == length, "all has come");
        (await Read(pair, new()).ReadAsync()).Buffer.Length.ShouldBe(length);
    }

    private static ClientReader Read(SocketPair pair, TransportOwner owner)
    {
        var reader = new ClientReader(pair.Node, owner);
        pair.Node.Wait();
        return reader;
    }

    // Leaves the reader with a larger buffer that is not full, of which the beginning was taken and the rest not even looked at.
    private static async Task FillLargeAsync(SocketPair pair, ClientReader reader)
    {
        const int all = 60_000;
        await SendAsync(pair.Client, new byte[all]);
        await Eventually.Holds(() => pair.Node.Available == all, "all has come");
        var read = await reader.ReadAsync();
        reader.AdvanceTo(read.Buffer.End);
        read = await reader.ReadAsync();
        read.Buffer.Length.ShouldBe(all - (16 << 10));
        SizeOf(read).ShouldBeGreaterThan(all);
        reader.AdvanceTo(read.Buffer.GetPosition(10_000));
    }

    private static int SizeOf(in ReadResult read)
    {
        MemoryMarshal.TryGetArray(read.Buffer.First, out var segment).ShouldBeTrue();
        return segment.Array!.Length;
    }

    private static async Task PlayAsync(Random random)
    {
        using var pair = await SocketPair.ConnectAsync();
        var ended = 0;
        var reader = Read(pair, new() { OnInputEnded = () => Interlocked.Increment(ref ended) });
        var sent = new byte[random.Next(1, 600_000)];
        random.NextBytes(sent);
        var (sender, interrupter) = (new Random(random.Next()), new Random(random.Next()));
        var sending = Task.Run(() => SendPiecesAsync(pair.Client, sent, sender));
        var over = false;
        var interrupting = Task.Run(async () =>
        {
            for (var i = 0; i < 300 && !Volatile.Read(ref over); i++)
            {
                await SpinAsync(interrupter);
                reader.CancelPendingRead();
            }
        });

        var taken = 0;
        while (true)
        {
            if (await ReadAsync(reader, random) is not { } read)
            {
                continue;
            }

            var length = (int)read.Buffer.Length;
            read.Buffer.ToArray().AsSpan().SequenceEqual(sent.AsSpan(taken, length)).ShouldBeTrue();
            var take = length > MostUntaken || read.IsCompleted ? length : random.Next(3) switch { 0 => 0, 1 => length, _ => random.Next(length + 1) };
            taken += take;
            var (start, end) = (read.Buffer.GetPosition(take), read.Buffer.End);
            switch (random.Next(3))
            {
                case 0:
                    reader.AdvanceTo(start);
                    break;
                case 1:
                    reader.AdvanceTo(start, end);
                    break;
                default:
                    reader.AdvanceTo(start, read.Buffer.GetPosition(random.Next(take, length + 1)));
                    break;
            }

            if (read.IsCompleted)
            {
                break;
            }
        }

        Volatile.Write(ref over, true);
        await sending;
        await interrupting;
        taken.ShouldBe(sent.Length);
        await Eventually.Holds(() => Volatile.Read(ref ended) == 1, "the end is told once");
    }

    private static async Task<ReadResult?> ReadAsync(ClientReader reader, Random random)
    {
        switch (random.Next(4))
        {
            case 0:
                return reader.TryRead(out var result) ? result : null;
            case 1:
                using (var stop = new CancellationTokenSource())
                {
                    var cancelling = Task.Run(stop.Cancel);
                    try
                    {
                        return await reader.ReadAsync(stop.Token);
                    }
                    catch (OperationCanceledException)
                    {
                        return null;
                    }
                    finally
                    {
                        await cancelling;
                    }
                }

            default:
                return await reader.ReadAsync();
        }
    }

    private static async Task SendPiecesAsync(Socket socket, ReadOnlyMemory<byte> bytes, Random random)
    {
        while (!bytes.IsEmpty)
        {
            var piece = Math.Min(bytes.Length, random.Next(4) == 0 ? random.Next(1, 100_000) : random.Next(1, 3_000));
            await SendAsync(socket, bytes[..piece]);
            bytes = bytes[piece..];
            await SpinAsync(random);
        }

        socket.Shutdown(SocketShutdown.Send);
    }

    // Lets others go first now and then, so that threads meet in many orders.
    private static async Task SpinAsync(Random random)
    {
        for (var turns = random.Next(6); turns > 0; turns--)
        {
            await Task.Yield();
        }
    }

    private static async Task SendAsync(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes)..];
        }
    }
}
