using System.Net.Sockets;

namespace Qrator.FilterNode.Sockets;

/// <summary>
/// A TCP socket that a <see cref="SocketLoop"/> waits for, which does not block. <see cref="Close"/> by any thread, any number of times; what asks the system
/// for something by any thread, and in vain when it is closed.
/// </summary>
internal sealed unsafe class LoopSocket : LoopEntry
{
    private readonly SocketHandle _handle;
    private readonly int _descriptor;
    private SocketOperation? _reading;
    private SocketOperation? _writing;
    private volatile bool _hasEnded;
    private int _isClosed;

    /// <param name="descriptor">The socket, which it owns from now on.</param>
    /// <param name="loop">Who waits for it.</param>
    public LoopSocket(int descriptor, SocketLoop loop)
        : base(loop)
    {
        _handle = new(descriptor);
        _descriptor = descriptor;
        loop.Hold();
    }

    /// <summary>How many bytes have come and were not received.</summary>
    public int Available
    {
        get
        {
            var count = 0;
            if (TryHold(out var descriptor))
            {
                if (SystemCalls.Control(descriptor, SystemCalls.BytesToRead, &count) < 0)
                {
                    count = 0;
                }

                LetGo();
            }

            return count;
        }
    }

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

    /// <inheritdoc/>
    public override void Tell(ReadOnlySpan<byte> happening)
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

    /// <summary>Reads an option (getsockopt(2)).</summary>
    /// <returns>How many bytes it has; 0 when the system does not tell.</returns>
    public int GetOption(int level, int option, Span<byte> value)
    {
        var length = (uint)value.Length;
        if (!TryHold(out var descriptor))
        {
            return 0;
        }

        fixed (byte* bytes = value)
        {
            if (SystemCalls.GetOption(descriptor, level, option, bytes, &length) < 0)
            {
                length = 0;
            }
        }

        LetGo();
        return (int)length;
    }

    /// <summary>Sends what is sent at once, and does not keep it for more (Nagle).</summary>
    public void SetNoDelay() => SetOption(SystemCalls.Tcp, SystemCalls.NoDelay, 1);

    /// <summary>Closing is not to lose what is on its way, whatever the socket has inherited.</summary>
    public void SetNoLinger() => SetOption(SystemCalls.SocketLevel, SystemCalls.Linger, 0);

    /// <summary>Tells the other end that nothing more comes.</summary>
    public void EndOutput()
    {
        if (TryHold(out var descriptor))
        {
            SystemCalls.Shut(descriptor, SystemCalls.ShutOutput);
            LetGo();
        }
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
        Loop.Lose();
        if (resets)
        {
            SetOption(SystemCalls.SocketLevel, SystemCalls.Linger, 1);
        }
        else
        {
            // Whoever is in a call with it ends it, and with it the connection, only later.
            SystemCalls.Shut(_descriptor, SystemCalls.ShutBoth);
        }

        _handle.Dispose();
        if (isReading)
        {
            reading!.TellClosed();
        }

        if (isWriting)
        {
            writing!.TellClosed();
        }
    }

    // struct linger (socket(7)) begins with whether it is on, and the seconds behind it are 0: then closing is a reset.
    private void SetOption(int level, int option, int value)
    {
        if (TryHold(out var descriptor))
        {
            var values = stackalloc int[2] { value, 0 };
            SystemCalls.SetOption(descriptor, level, option, (byte*)values, option == SystemCalls.Linger && level == SystemCalls.SocketLevel ? 8u : 4u);
            LetGo();
        }
    }
}
