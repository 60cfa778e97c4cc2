using System.Buffers.Binary;
using System.Net.Sockets;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Sockets;

/// <summary>
/// Accepts from a listening socket on one loop: with several, refusing a connection costs half as much again, for both wait for the same queue.
/// <see cref="Close"/> by any thread, any number of times.
/// </summary>
internal abstract unsafe class SocketListener : LoopEntry
{
    // What a loop has to do for others comes in between.
    private const int MostAtOnce = 16;

    // struct sockaddr_in6 (ipv6(7)) is the longest.
    private const int AddressLength = 28;

    private readonly Lock _waiting = new();
    private readonly Socket _socket;
    private readonly int _descriptor;

    // How many to ask for at once: as many as there were lately, so that in quiet times hardly any is asked for in vain.
    private int _expected = 1;
    private bool _isPaused;
    private bool _isClosed;

    /// <param name="socket">The socket, which listens, and is the listener's from now on.</param>
    protected SocketListener(Socket socket)
        : base(SocketLoop.Next())
    {
        _socket = socket;
        _descriptor = (int)socket.SafeHandle.DangerousGetHandle();
        socket.Blocking = false;
    }

    /// <summary>Begins.</summary>
    /// <exception cref="SocketException">The system has no room for it.</exception>
    protected void Open() => Loop.Add(this, _descriptor);

    /// <inheritdoc/>
    public sealed override void Tell(ReadOnlySpan<byte> happening)
    {
        for (var i = 0; i < _expected; i++)
        {
            if (!TryAccept())
            {
                _expected = Math.Max(1, _expected / 2);
                return;
            }
        }

        _expected = Math.Min(MostAtOnce, _expected * 2);
    }

    /// <summary>Goes on after <see cref="Failed"/>.</summary>
    /// <exception cref="SocketException">The system has no room for it.</exception>
    protected void Resume()
    {
        lock (_waiting)
        {
            if (_isPaused && !_isClosed)
            {
                Loop.Add(this, _descriptor);
                _isPaused = false;
            }
        }
    }

    /// <summary>Closes the socket. A connection may still be told of that was accepted before.</summary>
    protected void Close()
    {
        lock (_waiting)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
            SocketLoop.Remove(this, _descriptor);
        }

        _socket.Dispose();
    }

    /// <summary>A connection has come. Called by the loop; MUST not block.</summary>
    /// <param name="descriptor">Its socket, which does not block, and is to be closed by whoever takes it.</param>
    /// <param name="peer">The address of the other end.</param>
    /// <param name="port">Its port.</param>
    protected abstract void Accepted(int descriptor, in ClientKey peer, int port);

    /// <summary>The system could not give out a connection that waits. It is asked again only after <see cref="Resume"/>.</summary>
    protected abstract void Failed();

    /// <summary>Takes one connection; false when there is none to be had.</summary>
    private bool TryAccept()
    {
        var address = stackalloc byte[AddressLength];
        var length = (uint)AddressLength;
        var isHeld = false;
        int descriptor;
        int error;
        try
        {
            _socket.SafeHandle.DangerousAddRef(ref isHeld);
            descriptor = SystemCalls.Accept(_descriptor, address, &length, SystemCalls.CloseOnExec | SystemCalls.NonBlocking);
            error = descriptor < 0 ? SystemErrors.Last() : 0;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
        finally
        {
            if (isHeld)
            {
                _socket.SafeHandle.DangerousRelease();
            }
        }

        if (descriptor >= 0)
        {
            Accepted(descriptor, PeerOf(new(address, AddressLength), out var port), port);
            return true;
        }

        if (SystemErrors.IsWantOfRoom(error))
        {
            Pause();
        }

        return false;
    }

    private void Pause()
    {
        lock (_waiting)
        {
            if (_isPaused || _isClosed)
            {
                return;
            }

            _isPaused = true;
            Loop.Leave(this, _descriptor);
        }

        Failed();
    }

    // struct sockaddr_in (ip(7)), struct sockaddr_in6 (ipv6(7)): the family in the order of the machine, the port in that of the network.
    private static ClientKey PeerOf(ReadOnlySpan<byte> address, out int port)
    {
        const int ipv6 = 10;
        const int inPort = 2;
        const int inAddress = 4;
        const int in6Address = 8;
        port = BinaryPrimitives.ReadUInt16BigEndian(address[inPort..]);
        return BitConverter.ToUInt16(address) == ipv6
            ? new(BinaryPrimitives.ReadUInt64BigEndian(address[in6Address..]), BinaryPrimitives.ReadUInt64BigEndian(address[(in6Address + 8)..]))
            : ClientKey.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(address[inAddress..]));
    }
}
