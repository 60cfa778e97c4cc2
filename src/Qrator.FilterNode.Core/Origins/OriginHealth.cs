namespace Qrator.FilterNode.Origins;

/// <summary>
/// Whether an origin can be connected to. One that could not is set aside for 10 seconds; after that one request at a time probes it,
/// until a connection comes about. Times are ticks of the node's clock. Lock-free, safe for any number of threads.
/// </summary>
public sealed class OriginHealth
{
    /// <summary>How long an origin that failed to connect is left alone.</summary>
    public static readonly TimeSpan Aside = TimeSpan.FromSeconds(10);

    private const int ConnectsOfTheLiving = 64;
    private const int ConnectsOfTheUnknown = 4;
    private static readonly long Recently = TimeSpan.TicksPerSecond;

    // 0: available. Otherwise set aside until then, and due for a probe from then on.
    private long _asideUntil;
    private long _aliveAt;
    private int _probe;
    private int _lastProbe;

    /// <summary>Whether it is neither set aside nor waiting for the outcome of a probe.</summary>
    public bool IsAvailable => Volatile.Read(ref _asideUntil) == 0;

    /// <summary>Whether it gave a sign of life within the last second.</summary>
    public bool IsAlive(long now) => now - Volatile.Read(ref _aliveAt) <= Recently;

    /// <summary>
    /// How many connects may run at once: many while the origin shows signs of life, few when it was not heard of for a second, one when it
    /// failed. So an origin that went dark costs few connects, however many requests arrive.
    /// </summary>
    public int ConnectLimit(long now) => !IsAvailable ? 1
        : IsAlive(now) ? ConnectsOfTheLiving
        : ConnectsOfTheUnknown;

    /// <summary>Whether <see cref="TryTake"/> would say yes.</summary>
    public bool MayTake(long now)
    {
        var until = Volatile.Read(ref _asideUntil);
        return until == 0 || (until <= now && Volatile.Read(ref _probe) == 0);
    }

    /// <summary>Takes the origin for one request.</summary>
    /// <param name="now">The time.</param>
    /// <param name="probe">Not 0 when the request is the probe; to be given to <see cref="EndProbe"/> when the request ends.</param>
    /// <returns>False when the origin is set aside, or another request probes it.</returns>
    public bool TryTake(long now, out int probe)
    {
        probe = 0;
        if (!MayTake(now))
        {
            return false;
        }

        if (IsAvailable)
        {
            return true;
        }

        var id = NextProbe();
        if (Interlocked.CompareExchange(ref _probe, id, 0) != 0)
        {
            return false;
        }

        // A probe may have failed between the look above and the taking.
        if (Volatile.Read(ref _asideUntil) > now)
        {
            EndProbe(id);
            return false;
        }

        probe = id;
        return true;
    }

    /// <summary>The request that probed has ended; without an outcome the next request probes.</summary>
    public void EndProbe(int probe) => Interlocked.CompareExchange(ref _probe, 0, probe);

    /// <summary>A connection came about.</summary>
    public void Connected(long now)
    {
        Volatile.Write(ref _aliveAt, now);
        if (!IsAvailable)
        {
            Volatile.Write(ref _asideUntil, 0);
            Volatile.Write(ref _probe, 0);
        }
    }

    /// <summary>A response came, on whatever connection: a sign of life, but no proof that new connections come about.</summary>
    public void Answered(long now)
    {
        // Every request would otherwise write to a line that all of them read.
        if (now - Volatile.Read(ref _aliveAt) > Recently / 8)
        {
            Volatile.Write(ref _aliveAt, now);
        }
    }

    /// <summary>No connection came about: sets the origin aside.</summary>
    public void Unreachable(long now)
    {
        Volatile.Write(ref _asideUntil, now + Aside.Ticks);
        Volatile.Write(ref _probe, 0);
    }

    // Never 0, which stands for no probe.
    private int NextProbe() => Interlocked.Increment(ref _lastProbe) | int.MinValue;
}
