namespace Qrator.FilterNode.Http2;

/// <summary>
/// Tells the frames that a working client sends from a flood. Frames that cost the server work and carry nothing (PING, SETTINGS,
/// WINDOW_UPDATE, PRIORITY, CONTINUATION, empty DATA and HEADERS, unknown ones) are paid from an allowance that grows with what the client
/// takes: with each flush that had more in it than acknowledgements, with the bytes in it, with each request, and slowly with time.
/// RST_STREAM has an allowance of its own that grows with requests, so that no more than half of them can be taken back in the long run.
/// Not safe for several threads, except <see cref="Sent"/> against the rest.
/// </summary>
public struct FrameBudget
{
    private const int PingBytes = 17;
    private const int SettingsBytes = 9;

    // The unit of the allowances is half a frame.
    private const int Frame = 2;
    private const int Beginning = 400 * Frame;
    private const int BeginningResets = 200 * Frame;
    private const int MostSaved = 20_000 * Frame;
    private const int PerSecond = 10 * Frame;
    private const int PerRequest = 4 * Frame;
    private const int PerFlush = 2 * Frame;
    private const int BytesPerFrame = 1024;
    private const int ResetsPerRequest = Frame / 2;

    private long _earned;
    private long _acknowledgements;
    private long _allowance;
    private long _resets;
    private long _time;
    private int _highestStream;

    /// <summary>A new connection.</summary>
    /// <param name="now">Now, in ticks of the node's clock.</param>
    public FrameBudget(long now)
    {
        _time = now;
        _allowance = Beginning;
        _resets = BeginningResets;
    }

    /// <summary>Takes note of a frame of the client.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="now">Now, in ticks of the node's clock.</param>
    /// <returns>False when it is one too many: a flood.</returns>
    public bool Take(in FrameHead frame, long now)
    {
        switch (frame.Type)
        {
            case FrameType.Data when frame.Length > 0:
                return true;
            case FrameType.Headers when frame.Length > 0 && frame.Stream > _highestStream:
                _highestStream = frame.Stream;
                _allowance = Math.Min(MostSaved, _allowance + PerRequest);
                _resets = Math.Min(MostSaved, _resets + ResetsPerRequest);
                return true;
            case FrameType.ResetStream:
                Refill(now);
                return (_resets -= Frame) >= 0;
            case FrameType.Ping when !frame.IsAck:
                Interlocked.Add(ref _acknowledgements, PingBytes);
                break;
            case FrameType.Settings when !frame.IsAck:
                Interlocked.Add(ref _acknowledgements, SettingsBytes);
                break;
        }

        _allowance -= Frame;
        if (_allowance < 0)
        {
            Refill(now);
        }

        return _allowance >= 0;
    }

    /// <summary>Takes note of bytes that were sent to the client in one flush. May be called by another thread than <see cref="Take"/>.</summary>
    public void Sent(long bytes)
    {
        // What only acknowledges the client's own frames must not pay for more of them.
        var acknowledgements = Interlocked.Read(ref _acknowledgements);
        var paid = Math.Min(acknowledgements, bytes);
        Interlocked.Add(ref _acknowledgements, -paid);
        bytes -= paid;
        if (bytes > 0)
        {
            Interlocked.Add(ref _earned, PerFlush + (bytes * Frame / BytesPerFrame));
        }
    }

    private void Refill(long now)
    {
        var earned = Interlocked.Exchange(ref _earned, 0);
        var waited = Math.Max(0, now - _time) * PerSecond / TimeSpan.TicksPerSecond;
        if (waited > 0)
        {
            _time = now;
        }

        _allowance = Math.Min(MostSaved, Waited(_allowance, waited, Beginning) + earned);
        _resets = Waited(_resets, waited, BeginningResets);
    }

    // Time alone fills an allowance no further than it was at the beginning.
    private static long Waited(long allowance, long waited, long beginning) => Math.Max(allowance, Math.Min(beginning, allowance + waited));
}
