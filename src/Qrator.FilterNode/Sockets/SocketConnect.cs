using System.Net;
using System.Net.Sockets;

namespace Qrator.FilterNode.Sockets;

/// <summary>Connects a socket, which MUST be non-blocking. Used once.</summary>
internal sealed unsafe class SocketConnect : SocketOperation
{
    private readonly SocketAddress _address;

    /// <inheritdoc cref="SocketOperation(LoopSocket, ISocketUser, bool)"/>
    public SocketConnect(LoopSocket socket, SocketAddress address, ISocketUser user)
        : base(socket, user, mayBeReady: true)
    {
        _address = address;
        socket.Writes(this);
    }

    /// <summary>Begins to connect. The loop is to be asked for the socket only then: of one that was never connected it tells that it has ended.</summary>
    /// <returns>True when it has ended at once, so that nobody will be called.</returns>
    public new bool Start() => base.Start();

    // Asked again, the system tells how the connecting that goes on has come about (connect(2)).
    protected override Attempt Try(int descriptor, out SocketError error)
    {
        error = SocketError.Success;
        fixed (byte* address = _address.Buffer.Span)
        {
            if (SystemCalls.Connect(descriptor, address, (uint)_address.Size) < 0)
            {
                var number = SystemErrors.Last();
                if (number is SystemCalls.Connecting or SystemCalls.AlreadyConnecting)
                {
                    return Attempt.WouldWait;
                }

                error = number == SystemCalls.IsConnected ? SocketError.Success : SystemErrors.NameOf(number);
            }
        }

        return Attempt.Done;
    }
}
