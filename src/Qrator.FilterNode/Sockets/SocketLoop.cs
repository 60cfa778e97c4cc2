using System.Net.Sockets;

namespace Qrator.FilterNode.Sockets;

/// <summary>
/// A thread that waits for many sockets at once (epoll(7), edge-triggered) and goes on right there with what waited for them. Nothing that goes on there
/// may block. One a processor, for as long as the process lives. Safe for any number of threads.
/// </summary>
internal sealed unsafe class SocketLoop
{
    private const int MostAtOnce = 256;

    private static readonly Lock Registering = new();

    // By descriptor. What is told of one that was closed meanwhile, and whose number another got on the same loop, does no harm: that one looks, and waits again.
    private static LoopSocket?[] _sockets = new LoopSocket?[1 << 10];
    private static readonly SocketLoop[] Loops = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(static index => new SocketLoop(index))];
    private static int _next;

    [ThreadStatic]
    private static SocketLoop? _current;

    private readonly int _epoll;

    private SocketLoop(int index)
    {
        Index = index;
        _epoll = SystemCalls.EpollCreate(SystemCalls.CloseOnExec);
        if (_epoll < 0)
        {
            throw new IOException($"the system lets the node not wait for sockets (epoll_create1: {SystemErrors.Last()})");
        }

        new Thread(Run) { IsBackground = true, Name = $"sockets {index}" }.Start();
    }

    /// <summary>How many there are.</summary>
    public static int Count => Loops.Length;

    /// <summary>The one whose thread this is, or null.</summary>
    public static SocketLoop? Current => _current;

    /// <summary>From 0 to <see cref="Count"/> - 1.</summary>
    public int Index { get; }

    /// <summary>One for the next socket, each in turn.</summary>
    public static SocketLoop Next() => Loops[(uint)Interlocked.Increment(ref _next) % (uint)Loops.Length];

    /// <summary>Waits for the socket from now on. What it can do already is told at once.</summary>
    /// <exception cref="SocketException">The system has no room for it.</exception>
    public void Add(LoopSocket socket, int descriptor)
    {
        lock (Registering)
        {
            if (descriptor >= _sockets.Length)
            {
                var more = new LoopSocket?[Math.Max(descriptor + 1, _sockets.Length * 2)];
                _sockets.CopyTo(more, 0);
                Volatile.Write(ref _sockets, more);
            }

            _sockets[descriptor] = socket;
        }

        var happening = stackalloc byte[Happening.Size];
        Happening.Ask(new(happening, Happening.Size), descriptor);
        if (SystemCalls.EpollControl(_epoll, SystemCalls.Add, descriptor, happening) < 0)
        {
            Remove(socket, descriptor);
            throw new SocketException((int)SocketError.NoBufferSpaceAvailable);
        }
    }

    /// <summary>The socket is about to be closed, which takes it from what the system waits for.</summary>
    public static void Remove(LoopSocket socket, int descriptor)
    {
        lock (Registering)
        {
            if (descriptor < _sockets.Length && _sockets[descriptor] == socket)
            {
                _sockets[descriptor] = null;
            }
        }
    }

    private void Run()
    {
        _current = this;
        var size = Happening.Size;
        var happenings = stackalloc byte[size * MostAtOnce];
        while (true)
        {
            var count = SystemCalls.EpollWait(_epoll, happenings, MostAtOnce, -1);
            if (count < 0 && SystemErrors.Last() != SystemCalls.Interrupted)
            {
                throw new IOException($"the node cannot wait for sockets any more (epoll_wait: {SystemErrors.Last()})");
            }

            for (var i = 0; i < count; i++)
            {
                var happening = new ReadOnlySpan<byte>(happenings + (size * i), size);
                if (Volatile.Read(ref _sockets)[Happening.Descriptor(happening)] is { } socket && socket.Loop == this)
                {
                    socket.Tell(happening);
                }
            }
        }
    }
}
