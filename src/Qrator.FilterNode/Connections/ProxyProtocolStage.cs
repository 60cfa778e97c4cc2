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

    private readonly ListenerGate _gate;
    private readonly TimeProvider _time;

    public ProxyProtocolStage(ListenerGate gate, TimeProvider time)
    {
        _gate = gate;
        _time = time;
    }

    /// <summary>Takes the header, if there is to be one.</summary>
    /// <returns>False when the connection was reset.</returns>
    public ValueTask<bool> PassAsync(ConnectionContext connection, ConnectionFeature feature) =>
        feature.ExpectsProxyHeader ? ReadAsync(connection, feature) : new(true);

    private async ValueTask<bool> ReadAsync(ConnectionContext connection, ConnectionFeature feature)
    {
        ProxyHeader header;
        await using (_time.CreateTimer(static input => ((System.IO.Pipelines.PipeReader)input!).CancelPendingRead(), connection.Transport.Input, Patience, Timeout.InfiniteTimeSpan))
        {
            header = await ReadHeaderAsync(connection);
        }

        switch (header.Kind)
        {
            case ProxyHeaderKind.Sender:
                return true;
            case ProxyHeaderKind.Source:
                feature.SetPeer(header.Source);
                connection.RemoteEndPoint = new IPEndPoint(header.Source.ToAddress(), 0);
                if (_gate.EnterFrom(header.Source, feature.Lease))
                {
                    return true;
                }

                break;
            default:
                _gate.Store.CountDropped(DropReason.ProxyProtocol);
                break;
        }

        feature.Reset();
        return false;
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
