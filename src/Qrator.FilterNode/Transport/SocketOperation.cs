using System.Net.Sockets;

namespace Qrator.FilterNode.Transport;

/// <summary>One direction's asynchronous operation on a socket, used again and again. What it tells runs on the thread that learns of the socket's readiness.</summary>
internal sealed class SocketOperation : SocketAsyncEventArgs
{
    private readonly Action _completed;

    /// <param name="completed">Called when an operation that did not end at once has ended.</param>
    public SocketOperation(Action completed)
        : base(true) => _completed = completed;

    protected override void OnCompleted(SocketAsyncEventArgs e) => _completed();
}
