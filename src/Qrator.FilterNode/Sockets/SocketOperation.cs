using System.Net.Sockets;

namespace Qrator.FilterNode.Sockets;

/// <summary>
/// One direction of a socket. It remembers whether the system has told of something that nobody has looked at yet, so that what would have to wait does not
/// ask first. One operation at a time; <see cref="BecomesReady"/> by the socket's loop, <see cref="Close"/> by any thread.
/// </summary>
internal abstract class SocketOperation
{
    // Nothing is known to be there; something may be there; somebody waits for it; closed.
    private const int Nothing = 0;
    private const int Something = 1;
    private const int Waiting = 2;
    private const int Closed = 3;

    private readonly ISocketUser _user;
    private int _state;

    /// <param name="socket">The socket.</param>
    /// <param name="user">Whom to tell.</param>
    /// <param name="mayBeReady">Whether the first operation is tried at once.</param>
    protected SocketOperation(LoopSocket socket, ISocketUser user, bool mayBeReady)
    {
        Socket = socket;
        _user = user;
        _state = mayBeReady ? Something : Nothing;
    }

    /// <summary>How the last operation ended.</summary>
    public SocketError Error { get; private set; }

    /// <summary>The socket.</summary>
    protected LoopSocket Socket { get; }

    /// <summary>The loop tells that something changed.</summary>
    public void BecomesReady()
    {
        while (true)
        {
            switch (Volatile.Read(ref _state))
            {
                case Nothing:
                    if (Interlocked.CompareExchange(ref _state, Something, Nothing) == Nothing)
                    {
                        return;
                    }

                    break;
                case Waiting:
                    if (Interlocked.CompareExchange(ref _state, Nothing, Waiting) == Waiting)
                    {
                        GoOn();
                        return;
                    }

                    break;
                default:
                    return;
            }
        }
    }

    /// <summary>Takes back what waits; nobody will be called.</summary>
    /// <returns>False when nothing waits, or it is just ending.</returns>
    public bool TryCancel() => Interlocked.CompareExchange(ref _state, Nothing, Waiting) == Waiting;

    /// <summary>Ends what waits; nothing begins any more.</summary>
    /// <returns>Whether somebody waits, whom <see cref="TellClosed"/> MUST tell.</returns>
    public bool Close() => Interlocked.Exchange(ref _state, Closed) == Waiting;

    /// <summary>Tells who waited when it was closed.</summary>
    public void TellClosed()
    {
        Error = SocketError.OperationAborted;
        ThreadPool.UnsafeQueueUserWorkItem(static operation => operation._user.Ended(operation), this, preferLocal: false);
    }

    /// <summary>Begins an operation.</summary>
    /// <returns>True when it has ended at once, so that nobody will be called.</returns>
    protected bool Start()
    {
        while (true)
        {
            switch (Volatile.Read(ref _state))
            {
                case Nothing:
                    if (Interlocked.CompareExchange(ref _state, Waiting, Nothing) == Nothing)
                    {
                        return false;
                    }

                    break;
                case Something:
                    Interlocked.CompareExchange(ref _state, Nothing, Something);
                    if (Try())
                    {
                        return true;
                    }

                    break;
                default:
                    Error = SocketError.OperationAborted;
                    return true;
            }
        }
    }

    /// <summary>Tries it once.</summary>
    protected abstract Attempt Try(int descriptor, out SocketError error);

    private void GoOn()
    {
        while (!Try())
        {
            if (Interlocked.CompareExchange(ref _state, Waiting, Nothing) == Nothing)
            {
                return;
            }

            if (Volatile.Read(ref _state) == Closed)
            {
                Error = SocketError.OperationAborted;
                break;
            }

            Interlocked.CompareExchange(ref _state, Nothing, Something);
        }

        _user.Ended(this);
    }

    private bool Try()
    {
        var error = SocketError.OperationAborted;
        var attempt = Attempt.Done;
        if (Socket.TryHold(out var descriptor))
        {
            attempt = Try(descriptor, out error);
            Socket.LetGo();
        }

        if (attempt == Attempt.WouldWait)
        {
            return false;
        }

        // Whoever closes it says so before, and what the system tells of a socket that is closed this side is no news of the other.
        Error = Volatile.Read(ref _state) == Closed ? SocketError.OperationAborted : error;
        if (attempt == Attempt.Done)
        {
            Interlocked.CompareExchange(ref _state, Something, Nothing);
        }

        return true;
    }
}
