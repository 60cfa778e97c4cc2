namespace Qrator.FilterNode.RateLimits;

/// <summary>
/// Holds a lock of one int (0 is free) from its construction to its disposal. A thread that has to wait spins and yields but never sleeps:
/// what is done under the lock is far shorter than any sleep.
/// </summary>
internal readonly ref struct SpinHold
{
    private readonly ref int _gate;

    /// <summary>Waits for the lock and takes it. It cannot be taken twice by one thread.</summary>
    public SpinHold(ref int gate)
    {
        _gate = ref gate;
        if (Interlocked.CompareExchange(ref gate, 1, 0) != 0)
        {
            Wait(ref gate);
        }
    }

    /// <summary>Frees the lock.</summary>
    public void Dispose() => Volatile.Write(ref _gate, 0);

    private static void Wait(ref int gate)
    {
        var spin = default(SpinWait);
        do
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }
        while (Volatile.Read(ref gate) != 0 || Interlocked.CompareExchange(ref gate, 1, 0) != 0);
    }
}
