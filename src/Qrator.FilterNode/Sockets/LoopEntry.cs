namespace Qrator.FilterNode.Sockets;

/// <summary>What a loop waits for.</summary>
internal abstract class LoopEntry
{
    /// <param name="loop">The loop that waits for it.</param>
    protected LoopEntry(SocketLoop loop) => Loop = loop;

    /// <summary>The loop that waits for it.</summary>
    public SocketLoop Loop { get; }

    /// <summary>What the loop has heard of it. MUST not block.</summary>
    public abstract void Tell(ReadOnlySpan<byte> happening);
}
