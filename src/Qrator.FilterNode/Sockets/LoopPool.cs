using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Qrator.FilterNode.Sockets;

/// <summary>
/// Objects to be used again. The thread of a loop has some of its own, and meets no other over them; what it has too many of is for all, since an object
/// taken on one loop may come back on another. Safe for any number of threads.
/// </summary>
/// <typeparam name="T">What it holds.</typeparam>
internal sealed class LoopPool<T>
    where T : class
{
    private const int MostOwn = 64;

    private readonly Stack<T>[] _own = [.. Enumerable.Range(0, SocketLoop.Count).Select(static _ => new Stack<T>(MostOwn))];
    private readonly ConcurrentQueue<T> _shared = new();
    private readonly int _most;
    private int _count;

    /// <param name="most">How many it holds at most, beside those of the loops.</param>
    public LoopPool(int most) => _most = most;

    /// <summary>Takes one; false when there is none.</summary>
    public bool TryTake([NotNullWhen(true)] out T? item)
    {
        if (SocketLoop.Current is { } loop && _own[loop.Index].TryPop(out item))
        {
            return true;
        }

        if (!_shared.TryDequeue(out item))
        {
            return false;
        }

        Interlocked.Decrement(ref _count);
        return true;
    }

    /// <summary>Gives one that nobody uses any more; false when there is no room for it.</summary>
    public bool TryGive(T item)
    {
        if (SocketLoop.Current is { } loop && _own[loop.Index].Count < MostOwn)
        {
            _own[loop.Index].Push(item);
            return true;
        }

        if (Interlocked.Increment(ref _count) > _most)
        {
            Interlocked.Decrement(ref _count);
            return false;
        }

        _shared.Enqueue(item);
        return true;
    }
}
