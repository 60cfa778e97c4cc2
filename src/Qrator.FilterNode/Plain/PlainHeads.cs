using Qrator.FilterNode.Sockets;

namespace Qrator.FilterNode.Plain;

/// <summary>Heads to be used again, of each thread of a loop its own, so that an idle connection holds none. Safe for any number of threads.</summary>
internal sealed class PlainHeads
{
    private const int Most = 256;

    private readonly Stack<PlainHead>[] _own = [.. Enumerable.Range(0, SocketLoop.Count).Select(static _ => new Stack<PlainHead>())];

    /// <summary>A head; goes back by <see cref="Return"/>.</summary>
    public PlainHead Rent() => SocketLoop.Current is { } loop && _own[loop.Index].TryPop(out var head) ? head : new();

    /// <summary>Nobody uses it any more.</summary>
    public void Return(PlainHead head)
    {
        if (SocketLoop.Current is { } loop && _own[loop.Index].Count < Most)
        {
            head.LetGo();
            _own[loop.Index].Push(head);
        }
    }
}
