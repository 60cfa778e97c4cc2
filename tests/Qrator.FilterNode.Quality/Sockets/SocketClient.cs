using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Qrator.FilterNode.Quality.Sockets;

/// <summary>One request from an address of its own.</summary>
internal static class SocketClient
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Whether the request was answered with 200; false when the connection was reset or nothing came.</summary>
    public static async Task<bool> AskAsync(IPAddress source, IPEndPoint node, string path, string headers)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var socket = new Socket(node.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Bind(new IPEndPoint(source, 0));
            await socket.ConnectAsync(node, patience.Token);
            await socket.SendAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: shop.example\r\n{headers}Connection: close\r\n\r\n"), patience.Token);
            var buffer = new byte[512];
            var read = await socket.ReceiveAsync(buffer, patience.Token);
            return Encoding.ASCII.GetString(buffer, 0, read).StartsWith("HTTP/1.1 200", StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}
