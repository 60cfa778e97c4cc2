using System.Net;
using System.Net.Sockets;

namespace Qrator.FilterNode.Forwarding;

/// <summary>Opens TCP connections to origins, each attempt with a time of its own.</summary>
internal sealed class OriginConnector
{
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;

    public OriginConnector(TimeSpan patience, TimeProvider time)
    {
        _patience = patience;
        _time = time;
    }

    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancelled)
    {
        // The pool's name for the origin is the address that the configuration gave, so there is nothing to resolve.
        var endPoint = new IPEndPoint(IPAddress.Parse(context.DnsEndPoint.Host), context.DnsEndPoint.Port);
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var patience = new CancellationTokenSource(_patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancelled, patience.Token);
        try
        {
            await socket.ConnectAsync(endPoint, either.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            socket.Dispose();
            throw new OriginConnectException("timeout");
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw new OriginConnectException(exception.SocketErrorCode == SocketError.ConnectionRefused ? "refused" : "unreachable");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
