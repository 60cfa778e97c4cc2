using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Qrator.FilterNode.Quality.Sockets;

/// <summary>One request from an address of its own.</summary>
internal static class SocketClient
{
    /// <summary>What a request was answered with, if all is well.</summary>
    public const string Good = "200";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Sends a request and gives the status of its answer, or what became of it: <c>ConnectionReset</c> and the like, or <c>nothing</c>.</summary>
    public static async Task<string> AskAsync(IPAddress source, IPEndPoint node, string path, string headers)
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
            return read > 0 ? Encoding.ASCII.GetString(buffer, 0, read).Split(' ')[1] : "nothing";
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode.ToString();
        }
        catch (OperationCanceledException)
        {
            return "nothing";
        }
    }
}
