using System.Net;
using System.Net.Sockets;

namespace Qrator.FilterNode.Fixtures;

/// <summary>Ports for servers that have to be told theirs before they listen.</summary>
internal static class FreePort
{
    // Below those that Linux gives to connections (net.ipv4.ip_local_port_range), which would take the port before the server does.
    private const int First = 20_000;
    private const int Count = 12_000;

    private static int _next = Random.Shared.Next(Count);

    /// <summary>A port of 127.0.0.1 that nobody listens on, and that is given to nobody else in this run.</summary>
    public static int Next()
    {
        while (true)
        {
            var port = First + ((Interlocked.Increment(ref _next) & int.MaxValue) % Count);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken; the next one.
            }
        }
    }
}
