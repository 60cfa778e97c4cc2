namespace Qrator.FilterNode.Logging;

/// <summary>
/// Bounds the lines a second, so that neither an attack nor a long call of an operator makes the node spend its time on the log; what gets no
/// line is counted. Safe for any number of threads.
/// </summary>
internal sealed class LineBudget
{
    /// <summary>Lines a second.</summary>
    public const int PerSecond = 1_000;

    private readonly TimeProvider _time;
    private long _second;
    private int _taken;
    private long _leftOut;

    public LineBudget(TimeProvider time) => _time = time;

    /// <summary>Takes a line.</summary>
    /// <param name="leftOut">How many got none since this was told last; told once, to the first of a second.</param>
    /// <returns>False when this second has had its lines.</returns>
    public bool TryTake(out long leftOut)
    {
        leftOut = 0;
        var second = _time.GetTimestamp() / _time.TimestampFrequency;
        var seen = Volatile.Read(ref _second);
        if (second > seen && Interlocked.CompareExchange(ref _second, second, seen) == seen)
        {
            Volatile.Write(ref _taken, 0);
            leftOut = Interlocked.Exchange(ref _leftOut, 0);
        }

        if (Interlocked.Increment(ref _taken) <= PerSecond)
        {
            return true;
        }

        Interlocked.Increment(ref _leftOut);
        return false;
    }
}
