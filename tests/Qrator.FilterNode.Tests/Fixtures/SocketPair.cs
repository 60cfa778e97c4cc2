using System.Net;
using System.Net.Sockets;
using Qrator.FilterNode.Sockets;

namespace Qrator.FilterNode.Fixtures;

/// <summary>The two ends of a TCP connection within the test.</summary>
public sealed class SocketPair : IDisposable
{
    private SocketPair(LoopSocket node, EndPoint address, Socket client)
    {
        Node = node;
        Address = address;
        Client = client;
    }

    /// <summary>The end that was accepted, as the node waits for it.</summary>
    internal LoopSocket Node { get; }

    /// <summary>Where the end that was accepted listens.</summary>
    public EndPoint Address { get; }

    /// <summary>The end that has connected.</summary>
    public Socket Client { get; }

    /// <param name="sendBuffer">What the system keeps for the end that was accepted, in bytes; null for what it likes.</param>
    public static async Task<SocketPair> ConnectAsync(int? sendBuffer = null)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await client.ConnectAsync(listener.LocalEndPoint!);
        var accepted = await listener.AcceptAsync();
        if (sendBuffer is { } bytes)
        {
            accepted.SendBufferSize = bytes;
        }

        var descriptor = (int)accepted.SafeHandle.DangerousGetHandle();
        accepted.SafeHandle.SetHandleAsInvalid();
        return new(new(descriptor, SocketLoop.Next()), listener.LocalEndPoint!, client);
    }

    public void Dispose()
    {
        Node.Close(resets: false);
        Client.Dispose();
    }
}
