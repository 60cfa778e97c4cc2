namespace Qrator.FilterNode.Bodies;

/// <summary>
/// Bytes of request bodies in flight: taken when a body is announced or read, given back when its request is over. Never more than the
/// limit that the taker names. Allocates nothing; safe for any number of threads.
/// </summary>
public sealed class BodyBudget
{
    private long _inFlight;

    /// <summary>Bytes taken and not given back.</summary>
    public long InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Takes bytes if, with them, no more than <paramref name="limit"/> are in flight.</summary>
    /// <param name="bytes">0 or more.</param>
    /// <param name="limit">0 or more. A limit that was lowered under what is in flight takes nothing away; it only refuses.</param>
    /// <returns>Whether they were taken.</returns>
    public bool TryTake(long bytes, long limit)
    {
        var inFlight = Volatile.Read(ref _inFlight);
        while (bytes <= limit - inFlight)
        {
            var seen = Interlocked.CompareExchange(ref _inFlight, inFlight + bytes, inFlight);
            if (seen == inFlight)
            {
                return true;
            }

            inFlight = seen;
        }

        return false;
    }

    /// <summary>Gives back what <see cref="TryTake"/> took; each byte once.</summary>
    public void GiveBack(long bytes) => Interlocked.Add(ref _inFlight, -bytes);
}
