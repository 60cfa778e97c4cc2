using System.Net;
using System.Net.Sockets;

namespace Qrator.FilterNode.Fixtures;

/// <summary>The two ends of a TCP connection within the test.</summary>
public sealed class SocketPair : IDisposable
{
    private SocketPair(Socket node, Socket client)
    {
        Node = node;
        Client = client;
    }

    /// <summary>The end that was accepted.</summary>
    public Socket Node { get; }

    /// <summary>The end that has connected.</summary>
    public Socket Client { get; }

    public static async Task<SocketPair> ConnectAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await client.ConnectAsync(listener.LocalEndPoint!);
        return new(await listener.AcceptAsync(), client);
    }

    public void Dispose()
    {
        Node.Dispose();
        Client.Dispose();
    }
}
