namespace Qrator.FilterNode.RateLimits;

/// <summary>How many clients a store holds and may hold. Safe for any number of threads.</summary>
/// <param name="maximum">The most that may be taken at a time.</param>
internal sealed class BucketQuota(int maximum)
{
    private int _taken;
    private long _refused;

    /// <summary>How many are taken: 0 to the maximum.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>How often <see cref="CountRefusal"/> was called.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Takes one, unless all are taken.</summary>
    public bool TryTake()
    {
        var taken = Taken;
        while (taken < maximum)
        {
            var seen = Interlocked.CompareExchange(ref _taken, taken + 1, taken);
            if (seen == taken)
            {
                return true;
            }

            taken = seen;
        }

        return false;
    }

    /// <summary>Gives back what <see cref="TryTake"/> has taken.</summary>
    public void GiveBack(int count) => Interlocked.Add(ref _taken, -count);

    /// <summary>Counts a client that found no place.</summary>
    public void CountRefusal() => Interlocked.Increment(ref _refused);
}
