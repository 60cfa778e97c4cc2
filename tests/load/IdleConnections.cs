using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Qrator.FilterNode.Load;

/// <summary>Connections that have had one request each and do nothing, from a hundred addresses of 127.0.0.0/8.</summary>
internal sealed class IdleConnections : IDisposable
{
    /// <summary>How many addresses they come from.</summary>
    public const int Addresses = 100;

    private readonly List<Socket> _sockets = [];

    private IdleConnections()
    {
    }

    public static IdleConnections Open(Uri address, int count)
    {
        var idle = new IdleConnections();
        var request = Encoding.ASCII.GetBytes($"GET {address.AbsolutePath} HTTP/1.1\r\nHost: {address.Authority}\r\nUser-Agent: idle\r\n\r\n");
        var answer = new byte[8192];
        for (var i = 0; i < count; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            idle._sockets.Add(socket);
            socket.Bind(new IPEndPoint(new IPAddress([127, 0, 1, (byte)(1 + (i % Addresses))]), 0));
            socket.Connect(IPAddress.Loopback, address.Port);
            socket.Send(request);

            // The head and 1 KB of body, in one piece or more.
            for (var read = 0; read < 1024;)
            {
                var more = socket.Receive(answer);
                read += more > 0 ? more : throw new InvalidOperationException("the proxy has closed an idle connection");
            }
        }

        return idle;
    }

    public void Dispose() => _sockets.ForEach(socket => socket.Close(0));
}
