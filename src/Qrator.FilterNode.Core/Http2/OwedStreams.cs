using Qrator.FilterNode.Offences;

namespace Qrator.FilterNode.Http2;

/// <summary>
/// How many responses of an HTTP/2 connection are ready and wait for nothing but the client, which grants the room for them by windows
/// (RFC 9113, section 5.2): a client that grants a byte now and then keeps them for as long as it likes. Follows the frames of both directions.
/// Safe for any number of threads.
/// </summary>
public sealed class OwedStreams
{
    // Above the number of streams that a connection may have; more are not followed.
    private const int Most = 256;
    private const byte EndStream = 1;

    private readonly Lock _lock = new();
    private Entry[] _streams = new Entry[4];
    private int _count;
    private int _highest;
    private int _stalled;
    private PeerPace _granting;

    /// <summary>The responses that wait for the client now: those that nobody writes to any more, and those whose writer waits.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                var owed = Volatile.Read(ref _stalled);
                foreach (ref readonly var stream in _streams.AsSpan(0, _count))
                {
                    owed += stream is { HasBegun: true, IsWritten: false } ? 1 : 0;
                }

                return owed;
            }
        }
    }

    /// <summary>A frame that the client sent.</summary>
    public void Received(in FrameHead frame)
    {
        if (frame.Type is not (FrameType.Headers or FrameType.ResetStream))
        {
            return;
        }

        lock (_lock)
        {
            if (frame.Type == FrameType.ResetStream)
            {
                Remove(frame.Stream);
            }
            else if (frame.Stream > _highest)
            {
                _highest = frame.Stream;
                Add(frame.Stream);
            }
        }
    }

    /// <summary>A frame that the node sent.</summary>
    public void Sent(in FrameHead frame)
    {
        var ends = frame.Type == FrameType.ResetStream || (frame.Type is FrameType.Headers or FrameType.Data && (frame.Flags & EndStream) != 0);
        if (!ends && frame.Type != FrameType.Headers)
        {
            return;
        }

        lock (_lock)
        {
            if (ends)
            {
                Remove(frame.Stream);
            }
            else if (Find(frame.Stream) is var place and >= 0)
            {
                _streams[place].HasBegun = true;
            }
        }
    }

    /// <summary>A request is worked on: what its response waits for is not said.</summary>
    public void Begins(int stream) => SetWritten(stream, true);

    /// <summary>A request is over: its response is ready.</summary>
    public void Ends(int stream) => SetWritten(stream, false);

    /// <summary>The writer of a response begins to wait for the client. <see cref="GoesOn"/> MUST follow.</summary>
    public void Stalls() => Interlocked.Increment(ref _stalled);

    /// <summary>The writer waits no more.</summary>
    public void GoesOn() => Interlocked.Decrement(ref _stalled);

    /// <summary>Whether the client grants too little room to the responses that wait for it. To be asked every few seconds by one thread.</summary>
    /// <param name="now">Now, in ticks of the node's clock.</param>
    /// <param name="sent">The bytes sent on the connection so far.</param>
    public bool IsSlow(long now, long sent)
    {
        var owed = Count;
        return _granting.IsTooSlow(now, sent, owed > 0 ? long.MaxValue : 0, owed);
    }

    private void SetWritten(int stream, bool isWritten)
    {
        lock (_lock)
        {
            if (Find(stream) is var place and >= 0)
            {
                _streams[place].IsWritten = isWritten;
            }
        }
    }

    private int Find(int stream)
    {
        for (var i = _count - 1; i >= 0; i--)
        {
            if (_streams[i].Id == stream)
            {
                return i;
            }
        }

        return -1;
    }

    private void Add(int stream)
    {
        if (_count == Most)
        {
            return;
        }

        if (_count == _streams.Length)
        {
            Array.Resize(ref _streams, _count * 2);
        }

        _streams[_count++] = new() { Id = stream };
    }

    private void Remove(int stream)
    {
        if (Find(stream) is var place and >= 0)
        {
            _streams[place] = _streams[--_count];
        }
    }

    private struct Entry
    {
        public int Id;
        public bool HasBegun;
        public bool IsWritten;
    }
}
