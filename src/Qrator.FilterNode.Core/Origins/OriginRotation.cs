namespace Qrator.FilterNode.Origins;

/// <summary>Round robin that is exact under concurrency: any n turns in a row give each of n origins one. Safe for any number of threads.</summary>
public sealed class OriginRotation
{
    private uint _turn = uint.MaxValue;

    /// <summary>The next index below <paramref name="count"/>.</summary>
    public int Next(int count) => (int)(Interlocked.Increment(ref _turn) % (uint)count);
}
