using System.Net.Sockets;

namespace Qrator.FilterNode.Sockets;

/// <summary>Receives from a socket. One at a time.</summary>
internal sealed unsafe class SocketReceive : SocketOperation
{
    private Memory<byte> _buffer;

    /// <inheritdoc cref="SocketOperation(LoopSocket, ISocketUser, bool)"/>
    public SocketReceive(LoopSocket socket, ISocketUser user)
        : base(socket, user, mayBeReady: false) => socket.Reads(this);

    /// <summary>The bytes that the last one has brought; 0 at the end of the stream, and after a failure.</summary>
    public int Received { get; private set; }

    /// <summary>Receives what there is, at least a byte. With no room it waits for the news that something may be there, and takes nothing.</summary>
    /// <returns>True when it has ended at once, so that nobody will be called.</returns>
    public bool Start(Memory<byte> buffer)
    {
        _buffer = buffer;
        Received = 0;
        return Start();
    }

    protected override Attempt Try(int descriptor, out SocketError error)
    {
        error = SocketError.Success;
        if (_buffer.IsEmpty)
        {
            return Attempt.Done;
        }

        nint received;
        fixed (byte* bytes = _buffer.Span)
        {
            received = SystemCalls.Receive(descriptor, bytes, _buffer.Length, SystemCalls.DoNotWait);
        }

        if (received < 0)
        {
            var number = SystemErrors.Last();
            if (number == SystemCalls.TryAgain)
            {
                return Attempt.WouldWait;
            }

            error = SystemErrors.NameOf(number);
            return Attempt.Done;
        }

        // Less than there was room for was all there was (epoll(7), "Do I need to continuously read"); the end would not be told of again.
        Received = (int)received;
        return received > 0 && received < _buffer.Length && !Socket.HasEnded ? Attempt.Exhausted : Attempt.Done;
    }
}
