using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Transport;

public sealed class ClientWriterTests
{
    private const int Largest = 300_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task All_that_is_written_arrives_once_and_in_order_however_it_is_written_flushed_and_interrupted(int seed)
    {
        for (var round = 0; round < 4; round++)
        {
            await PlayAsync(new Random((seed * 1_000) + round));
        }
    }

    [Fact]
    public async Task A_flush_that_nobody_waits_for_any_more_goes_on()
    {
        using var pair = await SocketPair.ConnectAsync();
        var writer = Write(pair, new());
        var all = new byte[20 << 20];
        new Random(1).NextBytes(all);
        var flush = writer.WriteAsync(all).AsTask();
        flush.IsCompleted.ShouldBeFalse();
        writer.CancelPendingFlush();
        (await flush).IsCanceled.ShouldBeTrue();
        using var stop = new CancellationTokenSource();
        var second = writer.WriteAsync("end"u8.ToArray(), stop.Token).AsTask();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(second);
        writer.UnflushedBytes.ShouldBe(3);
        var received = ReceiveAsync(pair.Client, new Random(2));
        (await writer.FlushAsync(CancellationToken.None)).IsCompleted.ShouldBeFalse();
        pair.Node.EndOutput();
        (await received).AsSpan().SequenceEqual([.. all, .. "end"u8]).ShouldBeTrue();
    }

    [Fact]
    public async Task A_flush_to_a_client_that_has_gone_tells_that_nobody_reads()
    {
        using var pair = await SocketPair.ConnectAsync();
        var failures = 0;
        var writer = Write(pair, new() { OnOutputFailed = () => Interlocked.Increment(ref failures) });
        var flush = writer.WriteAsync(new byte[20 << 20]).AsTask();
        flush.IsCompleted.ShouldBeFalse();
        pair.Client.Close(timeout: 0);
        (await flush).IsCompleted.ShouldBeTrue();
        failures.ShouldBe(1);
        (await writer.WriteAsync("more"u8.ToArray())).IsCompleted.ShouldBeTrue();
        writer.UnflushedBytes.ShouldBe(0);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(10_000, true)]
    [InlineData(20 << 20, false)]
    public async Task Who_completes_hears_whether_the_system_has_taken_all(int unflushed, bool expected)
    {
        using var pair = await SocketPair.ConnectAsync();
        var told = new List<bool>();
        var writer = Write(pair, new() { OnOutputCompleted = told.Add });
        writer.Write(new byte[unflushed]);
        writer.Complete();
        told.ShouldBe([expected]);
        pair.Node.Close(resets: false);
    }

    private static ClientWriter Write(SocketPair pair, TransportOwner owner)
    {
        var writer = new ClientWriter(pair.Node, owner);
        pair.Node.Wait();
        return writer;
    }

    private static async Task PlayAsync(Random random)
    {
        using var pair = await SocketPair.ConnectAsync(sendBuffer: 32 << 10);
        pair.Client.ReceiveBufferSize = 64 << 10;
        var told = new List<bool>();
        var writer = Write(pair, new() { OnOutputCompleted = told.Add });
        var receiving = Task.Run(() => ReceiveAsync(pair.Client, new Random(random.Next())));
        var interrupter = new Random(random.Next());
        var over = false;
        var interrupting = Task.Run(async () =>
        {
            for (var i = 0; i < 500 && !Volatile.Read(ref over); i++)
            {
                await SpinAsync(interrupter);
                writer.CancelPendingFlush();
            }
        });
        var written = new ArrayBufferWriter<byte>();
        for (var step = 0; step < 60; step++)
        {
            var size = random.Next(4) switch { 0 => random.Next(Largest), 1 => 0, _ => random.Next(6_000) };
            var bytes = new byte[size];
            random.NextBytes(bytes);
            written.Write(bytes);
            if (random.Next(3) == 0)
            {
                await FlushAsync(random, stop => writer.WriteAsync(bytes, stop));
                continue;
            }

            Put(writer, bytes, random);
            writer.UnflushedBytes.ShouldBeGreaterThanOrEqualTo(size);
            if (random.Next(2) == 0)
            {
                await FlushAsync(random, stop => writer.FlushAsync(stop));
            }
        }

        Volatile.Write(ref over, true);
        await interrupting;
        while ((await writer.FlushAsync()).IsCanceled)
        {
        }

        writer.Complete();
        told.ShouldBe([true]);
        pair.Node.EndOutput();
        (await receiving).AsSpan().SequenceEqual(written.WrittenSpan).ShouldBeTrue();
    }

    private static void Put(ClientWriter writer, ReadOnlySpan<byte> bytes, Random random)
    {
        while (!bytes.IsEmpty)
        {
            var hint = random.Next(2) == 0 ? 0 : random.Next(bytes.Length + 1);
            var span = random.Next(2) == 0 ? writer.GetSpan(hint) : writer.GetMemory(hint).Span;
            span.Length.ShouldBeGreaterThanOrEqualTo(Math.Max(1, hint));
            var part = Math.Min(bytes.Length, random.Next(span.Length + 1));
            bytes[..part].CopyTo(span);
            writer.Advance(part);
            bytes = bytes[part..];
        }
    }

    private static async Task FlushAsync(Random random, Func<CancellationToken, ValueTask<FlushResult>> flush)
    {
        if (random.Next(3) != 0)
        {
            (await flush(CancellationToken.None)).IsCompleted.ShouldBeFalse();
            return;
        }

        using var stop = new CancellationTokenSource();
        var cancelling = Task.Run(stop.Cancel);
        try
        {
            (await flush(stop.Token)).IsCompleted.ShouldBeFalse();
        }
        catch (OperationCanceledException)
        {
            stop.IsCancellationRequested.ShouldBeTrue();
        }

        await cancelling;
    }

    private static async Task<byte[]> ReceiveAsync(Socket socket, Random random)
    {
        var received = new ArrayBufferWriter<byte>();
        int read;
        while ((read = await socket.ReceiveAsync(received.GetMemory(1 << 16)[..random.Next(1, 1 << 16)])) > 0)
        {
            received.Advance(read);
            await SpinAsync(random);
        }

        return received.WrittenSpan.ToArray();
    }

    // Lets others go first now and then, so that threads meet in many orders.
    private static async Task SpinAsync(Random random)
    {
        for (var turns = random.Next(6); turns > 0; turns--)
        {
            await Task.Yield();
        }
    }
}
