namespace Qrator.FilterNode.Offences;

/// <summary>
/// Tells from samples whether the other end of a connection takes (or gives) what it is waited for at a lowest rate. It is asked for what was
/// waiting when a span began, and no more: who has nothing to take, or took all of that, is in time whatever the rate. Not safe for several
/// threads.
/// </summary>
public struct PeerPace
{
    /// <summary>Bytes a second that the slowest peer must manage; the lowest rate that Kestrel asks of bodies.</summary>
    public const int LowestRate = 240;

    /// <summary>How long a rate is measured before it is judged.</summary>
    public static readonly TimeSpan Span = TimeSpan.FromSeconds(8);

    private bool _waiting;
    private long _since;
    private long _last;
    private long _doneBefore;
    private long _pendingBefore;

    /// <summary>Takes a sample; samples farther apart than the span begin a new one.</summary>
    /// <param name="now">Now, in ticks of the node's clock.</param>
    /// <param name="done">Bytes that the peer has taken (given) so far.</param>
    /// <param name="pending">Bytes that wait for it; <see cref="long.MaxValue"/> when that is not known, 0 when it is not waited for.</param>
    /// <param name="streams">How many at once the peer is waited for; each has the lowest rate.</param>
    /// <returns>Whether the peer is too slow.</returns>
    public bool IsTooSlow(long now, long done, long pending, int streams = 1)
    {
        if (pending <= 0)
        {
            _waiting = false;
            return false;
        }

        // Between samples far apart the node itself was asleep.
        var asleep = now - _last > Span.Ticks;
        _last = now;
        var taken = done - _doneBefore;
        if (!_waiting || asleep || taken >= _pendingBefore)
        {
            Begin(now, done, pending);
            return false;
        }

        if (now - _since < Span.Ticks)
        {
            return false;
        }

        if (taken < streams * LowestRate * (double)(now - _since) / TimeSpan.TicksPerSecond)
        {
            return true;
        }

        Begin(now, done, pending);
        return false;
    }

    private void Begin(long now, long done, long pending)
    {
        _waiting = true;
        _since = now;
        _doneBefore = done;
        _pendingBefore = pending;
    }
}
