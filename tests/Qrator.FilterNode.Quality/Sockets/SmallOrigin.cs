using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Qrator.FilterNode.Quality.Sockets;

/// <summary>A server that answers everything with a small page.</summary>
internal sealed class SmallOrigin : IDisposable
{
    private static readonly byte[] Page = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nhello");

    private readonly TcpListener _listener;

    public SmallOrigin(IPAddress address)
    {
        _listener = new(address, 0);
        _listener.Start(512);
        _ = AcceptAsync();
    }

    public EndPoint Address => _listener.LocalEndpoint;

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptSocketAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Over.
        }
    }

    // A head comes in one piece from the node, and has no body here.
    private static async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            var buffer = new byte[8192];
            try
            {
                while (await socket.ReceiveAsync(buffer) > 0)
                {
                    await socket.SendAsync(Page);
                }
            }
            catch (SocketException)
            {
                // The node has closed it.
            }
        }
    }
}
