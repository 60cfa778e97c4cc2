using System.Net;
using System.Net.Sockets;
using Qrator.FilterNode.Sockets;

namespace Qrator.FilterNode.Fixtures;

/// <summary>The two ends of a TCP connection within the test.</summary>
public sealed class SocketPair : IDisposable
{
    private LoopSocket? _loop;

    private SocketPair(Socket node, Socket client)
    {
        Node = node;
        Client = client;
    }

    /// <summary>The end that was accepted.</summary>
    public Socket Node { get; }

    /// <summary>The end that was accepted, as the node waits for it.</summary>
    internal LoopSocket Loop => _loop ??= new(Node, SocketLoop.Next());

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
        _loop?.Close(resets: false);
        Node.Dispose();
        Client.Dispose();
    }
}
