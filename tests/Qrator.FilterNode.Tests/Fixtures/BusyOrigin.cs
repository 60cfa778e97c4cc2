using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Qrator.FilterNode.Fixtures;

/// <summary>
/// An origin that is never waited for: behind an upgrade it takes all that comes, or with the path /down sends without end. Each connection has
/// a thread of its own that blocks, so that nothing here depends on the threads that tests run on.
/// </summary>
public sealed class BusyOrigin : IDisposable
{
    // The head of one frame of 4 EB.
    private static readonly byte[] EndlessFrame = [0x82, 127, 0x3F, 0, 0, 0, 0, 0, 0, 0];

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public BusyOrigin()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Run(() =>
        {
            while (true)
            {
                var socket = _listener.Accept();
                Run(() => Serve(socket));
            }
        });
    }

    public string Address => _listener.LocalEndPoint!.ToString()!;

    /// <summary>Runs on a thread of its own until a socket ends.</summary>
    public static void Run(Action work) => new Thread(() =>
    {
        try
        {
            work();
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return;
        }
    })
    { IsBackground = true }.Start();

    /// <summary>Sends without end.</summary>
    public static void Pour(Socket socket)
    {
        socket.Send(EndlessFrame);
        var piece = new byte[65_536];
        while (true)
        {
            socket.Send(piece);
        }
    }

    /// <summary>Takes all that comes.</summary>
    public static void Swallow(Socket socket)
    {
        var piece = new byte[65_536];
        while (socket.Receive(piece) > 0)
        {
        }
    }

    public void Dispose() => _listener.Dispose();

    private static void Serve(Socket socket)
    {
        using (socket)
        {
            var head = "";
            var buffer = new byte[4_096];
            while (!head.EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                var read = socket.Receive(buffer);
                if (read == 0)
                {
                    return;
                }

                head += Encoding.Latin1.GetString(buffer, 0, read);
            }

            if (!head.Contains("Upgrade: websocket", StringComparison.OrdinalIgnoreCase))
            {
                socket.Send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"u8);
                return;
            }

            socket.Send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"u8);
            if (head.StartsWith("GET /down ", StringComparison.Ordinal))
            {
                Pour(socket);
            }

            Swallow(socket);
        }
    }
}
