using System.Net.Sockets;

namespace Qrator.FilterNode.Sockets;

/// <summary>
/// A thread that waits for many sockets at once (epoll(7), edge-triggered) and goes on right there with what waited for them. Nothing that goes on there
/// may block. One a processor, for as long as the process lives. Safe for any number of threads.
/// </summary>
internal sealed unsafe class SocketLoop
{
    private const int MostAtOnce = 256;

    // By how many sockets a loop may be ahead before another gets the next: moving one to another thread has its price.
    private const int MostAhead = 4;

    private static readonly Lock Registering = new();

    // By descriptor. What is told of one that was closed meanwhile, and whose number another got on the same loop, does no harm: that one looks, and waits again.
    private static LoopEntry?[] _entries = new LoopEntry?[1 << 10];
    private static readonly SocketLoop[] Loops = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(static index => new SocketLoop(index))];
    private static int _next;

    [ThreadStatic]
    private static SocketLoop? _current;

    private readonly int _epoll;
    private int _held;

    private SocketLoop(int index)
    {
        Index = index;
        _epoll = SystemCalls.EpollCreate(SystemCalls.CloseOnExec);
        if (_epoll < 0)
        {
            throw new IOException($"the system lets the node not wait for sockets (epoll_create1: {SystemErrors.Last()})");
        }

        new Thread(Run) { IsBackground = true, Name = $"sockets {index}" }.UnsafeStart();
    }

    /// <summary>How many there are.</summary>
    public static int Count => Loops.Length;

    /// <summary>The one whose thread this is, or null.</summary>
    public static SocketLoop? Current => _current;

    /// <summary>From 0 to <see cref="Count"/> - 1.</summary>
    public int Index { get; }

    /// <summary>One for the next socket, each in turn.</summary>
    public static SocketLoop Next() => Loops[(uint)Interlocked.Increment(ref _next) % (uint)Loops.Length];

    /// <summary>One for a new connection: that of the thread, unless another has clearly less to do.</summary>
    public static SocketLoop ForConnection()
    {
        var chosen = _current ?? Next();
        var most = Volatile.Read(ref chosen._held) - MostAhead;
        foreach (var loop in Loops)
        {
            var held = Volatile.Read(ref loop._held);
            if (held < most)
            {
                (chosen, most) = (loop, held);
            }
        }

        return chosen;
    }

    /// <summary>A socket is the loop's from now on, until <see cref="Lose"/>.</summary>
    public void Hold() => Interlocked.Increment(ref _held);

    /// <summary>A socket has ended.</summary>
    public void Lose() => Interlocked.Decrement(ref _held);

    /// <summary>Waits for the socket from now on. What it can do already is told at once.</summary>
    /// <exception cref="SocketException">The system has no room for it.</exception>
    public void Add(LoopSocket socket, int descriptor)
    {
        var happening = stackalloc byte[Happening.Size];
        Happening.Ask(new(happening, Happening.Size), descriptor);
        Add(socket, descriptor, happening);
    }

    /// <summary>Waits for connections of the listener from now on.</summary>
    /// <exception cref="SocketException">The system has no room for it.</exception>
    public void Add(SocketListener listener, int descriptor)
    {
        var happening = stackalloc byte[Happening.Size];
        Happening.AskForConnections(new(happening, Happening.Size), descriptor);
        Add(listener, descriptor, happening);
    }

    /// <summary>Waits for the entry no more; it stays open.</summary>
    public void Leave(LoopEntry entry, int descriptor)
    {
        Remove(entry, descriptor);
        var happening = stackalloc byte[Happening.Size];
        SystemCalls.EpollControl(_epoll, SystemCalls.Delete, descriptor, happening);
    }

    /// <summary>The entry is about to be closed, which takes it from what the system waits for.</summary>
    public static void Remove(LoopEntry entry, int descriptor)
    {
        lock (Registering)
        {
            if (descriptor < _entries.Length && _entries[descriptor] == entry)
            {
                _entries[descriptor] = null;
            }
        }
    }

    private void Add(LoopEntry entry, int descriptor, byte* happening)
    {
        lock (Registering)
        {
            if (descriptor >= _entries.Length)
            {
                var more = new LoopEntry?[Math.Max(descriptor + 1, _entries.Length * 2)];
                _entries.CopyTo(more, 0);
                Volatile.Write(ref _entries, more);
            }

            _entries[descriptor] = entry;
        }

        if (SystemCalls.EpollControl(_epoll, SystemCalls.Add, descriptor, happening) < 0)
        {
            Remove(entry, descriptor);
            throw new SocketException((int)SocketError.NoBufferSpaceAvailable);
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
                if (Volatile.Read(ref _entries)[Happening.Descriptor(happening)] is { } entry && entry.Loop == this)
                {
                    entry.Tell(happening);
                }
            }
        }
    }
}
