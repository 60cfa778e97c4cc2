using System.Buffers;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Fixtures;
using Qrator.FilterNode.Transport;

namespace Qrator.FilterNode.Connections;

/// <summary>A connection that is interrupted, or told to stop, while it waits, works or changes hands.</summary>
public sealed class ConnectionFeatureTests
{
    [Fact]
    public async Task A_read_is_interrupted_while_it_is_awaited_and_never_when_it_is_not_any_more()
    {
        using var pair = await SocketPair.ConnectAsync();
        await using var connection = Connect(pair);
        var feature = Feature(connection);
        var interrupted = 0;
        using var over = new CancellationTokenSource();
        var interrupting = Task.Factory.StartNew(
            () =>
            {
                while (!over.IsCancellationRequested)
                {
                    feature.Interrupt();
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        for (var round = 0; round < 2_000; round++)
        {
            feature.Awaits(connection.Input);
            if (round % 2 == 0)
            {
                // Nothing ever comes.
                var read = await connection.Input.ReadAsync();
                read.IsCanceled.ShouldBeTrue();
                connection.Input.AdvanceTo(read.Buffer.End);
                interrupted++;
            }

            feature.StopsAwaiting();
            connection.Input.TryRead(out _).ShouldBeFalse();
        }

        await over.CancelAsync();
        await interrupting;
        interrupted.ShouldBe(1_000);
    }

    [Fact]
    public async Task Who_was_interrupted_when_the_connection_had_ended_already_hears_of_the_end_with_the_next_read()
    {
        using var pair = await SocketPair.ConnectAsync();
        await using var connection = Connect(pair);
        var feature = Feature(connection);
        feature.Awaits(connection.Input);
        connection.Abort(new ConnectionAbortedException("silent"));
        feature.Interrupt();
        (await connection.Input.ReadAsync()).IsCanceled.ShouldBeTrue();

        feature.StopsAwaiting();
        (await Record.ExceptionAsync(() => connection.Input.ReadAsync().AsTask())).ShouldBeOfType<ConnectionAbortedException>();
    }

    [Fact]
    public async Task Who_begins_to_wait_when_the_node_stops_already_is_interrupted_at_once()
    {
        using var pair = await SocketPair.ConnectAsync();
        await using var connection = Connect(pair);
        var feature = Feature(connection);
        feature.IsStopping.ShouldBeFalse();
        feature.Stop();

        feature.IsStopping.ShouldBeTrue();
        feature.Awaits(connection.Input);
        (await connection.Input.ReadAsync()).IsCanceled.ShouldBeTrue();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Kestrel_is_told_that_the_node_stops_whichever_comes_first(bool stopsFirst)
    {
        using var pair = await SocketPair.ConnectAsync();
        await using var connection = Connect(pair);
        var feature = Feature(connection);
        var kestrel = new Lifetime();
        if (stopsFirst)
        {
            feature.Stop();
        }

        feature.GoesToKestrel(kestrel);
        kestrel.Requests.ShouldBe(stopsFirst ? 1 : 0);
        if (!stopsFirst)
        {
            feature.Stop();
        }

        kestrel.Requests.ShouldBe(1);
    }

    [Fact]
    public async Task Connections_that_come_when_their_listener_has_stopped_stop_too()
    {
        using var pair = await SocketPair.ConnectAsync();
        await using var connection = Connect(pair);
        var (before, after) = (Feature(connection), Feature(connection));
        var open = new OpenConnections();
        open.Add(before);
        open.Stop();
        open.Add(after);

        before.IsStopping.ShouldBeTrue();
        after.IsStopping.ShouldBeTrue();
    }

    private static ClientConnection Connect(SocketPair pair)
    {
        var connection = new ClientConnection(pair.Node, pair.Address, ClientKey.FromAddress(IPAddress.Loopback), port: 1, MemoryPool<byte>.Shared);
        connection.Open();
        return connection;
    }

    private static ConnectionFeature Feature(ClientConnection connection) => new(
        connection, listener: 0, ClientKey.FromAddress(IPAddress.Loopback), ConnectionLease.TryTake(new(1), new())!);

    private sealed class Lifetime : IConnectionLifetimeNotificationFeature
    {
        public int Requests { get; private set; }

        public CancellationToken ConnectionClosedRequested { get; set; }

        public void RequestClose() => Requests++;
    }
}
