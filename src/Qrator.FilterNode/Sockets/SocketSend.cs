using System.Net.Sockets;

namespace Qrator.FilterNode.Sockets;

/// <summary>Sends on a socket. One at a time.</summary>
internal sealed unsafe class SocketSend : SocketOperation
{
    private ReadOnlyMemory<byte> _left;

    /// <inheritdoc cref="SocketOperation(LoopSocket, ISocketUser, bool)"/>
    public SocketSend(LoopSocket socket, ISocketUser user)
        : base(socket, user, mayBeReady: true) => socket.Writes(this);

    /// <summary>Sends all of it.</summary>
    /// <returns>True when it has ended at once, so that nobody will be called.</returns>
    public bool Start(ReadOnlyMemory<byte> bytes)
    {
        _left = bytes;
        return Start();
    }

    protected override Attempt Try(int descriptor, out SocketError error)
    {
        error = SocketError.Success;
        while (!_left.IsEmpty)
        {
            nint sent;
            fixed (byte* bytes = _left.Span)
            {
                sent = SystemCalls.Send(descriptor, bytes, _left.Length, SystemCalls.DoNotWait | SystemCalls.NoSignal);
            }

            if (sent < 0)
            {
                var number = SystemErrors.Last();
                if (number == SystemCalls.TryAgain)
                {
                    return Attempt.WouldWait;
                }

                error = SystemErrors.NameOf(number);
                break;
            }

            _left = _left[(int)sent..];
        }

        _left = default;
        return Attempt.Done;
    }
}
