namespace Qrator.FilterNode.Sockets;

/// <summary>Who uses a socket.</summary>
internal interface ISocketUser
{
    /// <summary>
    /// An operation that did not end at once has ended. Called by the socket's loop, or by a thread of the pool after the socket was closed.
    /// </summary>
    void Ended(SocketOperation operation);
}
