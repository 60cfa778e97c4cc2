using System.Net.Sockets;

namespace Qrator.FilterNode.Sockets;

/// <summary>A socket that a <see cref="SocketLoop"/> waits for. <see cref="Close"/> by any thread, any number of times.</summary>
internal sealed class LoopSocket
{
    private readonly SafeSocketHandle _handle;
    private readonly int _descriptor;
    private SocketOperation? _reading;
    private SocketOperation? _writing;
    private volatile bool _hasEnded;
    private int _isClosed;

    /// <param name="socket">The socket, which it owns from now on.</param>
    /// <param name="loop">Who waits for it.</param>
    public LoopSocket(Socket socket, SocketLoop loop)
    {
        Socket = socket;
        Loop = loop;
        _handle = socket.SafeHandle;
        _descriptor = (int)_handle.DangerousGetHandle();
    }

    /// <summary>The socket. It MUST not be closed but by <see cref="Close"/>, and nothing be awaited on it.</summary>
    public Socket Socket { get; }

    /// <summary>Who waits for it.</summary>
    public SocketLoop Loop { get; }

    /// <summary>Whether the system has told of the last byte, or of an error, so that it will tell of nothing more.</summary>
    public bool HasEnded => _hasEnded;

    /// <summary>This operation reads it from now on.</summary>
    public void Reads(SocketOperation operation) => Volatile.Write(ref _reading, operation);

    /// <summary>This operation writes it from now on.</summary>
    public void Writes(SocketOperation operation) => Volatile.Write(ref _writing, operation);

    /// <summary>Begins to wait for it. Its operations MUST be there.</summary>
    /// <exception cref="SocketException">The system has no room for it.</exception>
    public void Wait()
    {
        if (!TryHold(out var descriptor))
        {
            return;
        }

        try
        {
            Loop.Add(this, descriptor);
            if (Volatile.Read(ref _isClosed) != 0)
            {
                SocketLoop.Remove(this, descriptor);
            }
        }
        finally
        {
            LetGo();
        }
    }

    /// <summary>What the loop has heard of it.</summary>
    public void Tell(ReadOnlySpan<byte> happening)
    {
        if (Happening.IsLast(happening))
        {
            _hasEnded = true;
        }

        if (Happening.CanSend(happening))
        {
            Volatile.Read(ref _writing)?.BecomesReady();
        }

        if (Happening.CanReceive(happening))
        {
            Volatile.Read(ref _reading)?.BecomesReady();
        }
    }

    /// <summary>Keeps the descriptor from being closed, and its number from becoming that of another socket.</summary>
    /// <returns>False when it is closed.</returns>
    public bool TryHold(out int descriptor)
    {
        var isHeld = false;
        descriptor = _descriptor;
        try
        {
            _handle.DangerousAddRef(ref isHeld);
        }
        catch (ObjectDisposedException)
        {
            // Closed a moment ago.
        }

        return isHeld;
    }

    /// <summary>Ends what <see cref="TryHold"/> began.</summary>
    public void LetGo() => _handle.DangerousRelease();

    /// <summary>Closes it and ends what waits on it.</summary>
    /// <param name="resets">Whether the other end is to know at once, and what was not sent is lost.</param>
    public void Close(bool resets)
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
        {
            return;
        }

        // Operations first: what shutting down tells of is then no news to them.
        var reading = Volatile.Read(ref _reading);
        var writing = Volatile.Read(ref _writing);
        var isReading = reading?.Close() == true;
        var isWriting = writing?.Close() == true;
        SocketLoop.Remove(this, _descriptor);
        if (resets)
        {
            Socket.Close(timeout: 0);
        }
        else
        {
            End();
        }

        if (isReading)
        {
            reading!.TellClosed();
        }

        if (isWriting)
        {
            writing!.TellClosed();
        }
    }

    private void End()
    {
        try
        {
            // Without this, .NET resets a connection that it closes while another thread is in a call with it, and what was sent may be lost.
            Socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // The other end was faster.
        }

        Socket.Dispose();
    }
}
