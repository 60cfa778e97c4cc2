using System.Buffers;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Qrator.FilterNode.Clients.ProxyProtocol;

namespace Qrator.FilterNode.Connections;

/// <summary>
/// On listeners that have it, takes the PROXY protocol header off the beginning of a connection and makes its source the peer, then looks at
/// that peer as accept looks at others. Without a good header within 3 seconds the connection is reset.
/// </summary>
internal sealed class ProxyProtocolStage
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly ConnectionDelegate _next;
    private readonly ListenerGate _gate;
    private readonly TimeProvider _time;

    public ProxyProtocolStage(ConnectionDelegate next, ListenerGate gate, TimeProvider time)
    {
        _next = next;
        _gate = gate;
        _time = time;
    }

    public Task OnConnectionAsync(ConnectionContext connection)
    {
        var feature = connection.Features.Get<ConnectionFeature>()!;
        return feature.ExpectsProxyHeader ? ReadAsync(connection, feature) : _next(connection);
    }

    private async Task ReadAsync(ConnectionContext connection, ConnectionFeature feature)
    {
        ProxyHeader header;
        await using (_time.CreateTimer(static input => ((System.IO.Pipelines.PipeReader)input!).CancelPendingRead(), connection.Transport.Input, Patience, Timeout.InfiniteTimeSpan))
        {
            header = await ReadHeaderAsync(connection);
        }

        switch (header.Kind)
        {
            case ProxyHeaderKind.Sender:
                break;
            case ProxyHeaderKind.Source:
                feature.SetPeer(header.Source);
                connection.RemoteEndPoint = new IPEndPoint(header.Source.ToAddress(), 0);
                if (!_gate.EnterFrom(header.Source, feature.Lease))
                {
                    feature.Reset();
                    return;
                }

                break;
            default:
                _gate.Store.CountDropped(DropReason.ProxyProtocol);
                feature.Reset();
                return;
        }

        await _next(connection);
    }

    /// <summary>A whole header, already taken off; otherwise one that is not good, or not complete when the time was over or the connection ended.</summary>
    private static async ValueTask<ProxyHeader> ReadHeaderAsync(ConnectionContext connection)
    {
        var input = connection.Transport.Input;
        try
        {
            while (true)
            {
                var read = await input.ReadAsync();
                var header = Read(read.Buffer);
                if (header.Kind != ProxyHeaderKind.Incomplete || read.IsCompleted || read.IsCanceled)
                {
                    // Examined no further than the header, so that the next reader gets at once what came with it.
                    input.AdvanceTo(read.Buffer.GetPosition(header.Length));
                    return header;
                }

                input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            return default;
        }
    }

    private static ProxyHeader Read(in ReadOnlySequence<byte> received)
    {
        if (received.IsSingleSegment)
        {
            return ProxyHeader.Read(received.FirstSpan);
        }

        var beginning = received.Slice(0, Math.Min(received.Length, ProxyHeader.Longest));
        Span<byte> bytes = stackalloc byte[(int)beginning.Length];
        beginning.CopyTo(bytes);
        return ProxyHeader.Read(bytes);
    }
}
