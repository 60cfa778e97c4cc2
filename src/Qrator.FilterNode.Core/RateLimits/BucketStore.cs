using System.Numerics;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.RateLimits;

/// <summary>
/// The limited clients of one rule of one service, each with a leaky bucket. It lives across configuration reloads: the limits come with each
/// call, so a changed rate or burst holds at once for the buckets that are there; the time since a bucket was last metered counts at the rate of
/// the call that comes then. Safe for any number of threads; no call does I/O, waits for anything but a spin lock of a shard held for some ten
/// nanoseconds, or reads a clock.
/// <para>
/// Time is a <see cref="long"/> in ticks of 100 ns (<see cref="TimeSpan.Ticks"/>) since any fixed moment, 0 or more, of a clock that does not go
/// back. Threads may come with their readings out of order: a bucket's time then stays at the latest it has seen.
/// </para>
/// <para>
/// Memory: at most 64 bytes a client (41 a slot of the tables, of which 70 % to 80 % are in use as they grow), plus at most 300 bytes for each
/// shard in use, and 8 for each other. There is one shard for each 1,024 clients of the maximum, but no more than 4,096. A table gives
/// memory back when it is swept.
/// </para>
/// </summary>
public sealed class BucketStore
{
    private const int ClientsPerShard = 1_024;
    private const int MaxShards = 4_096;

    private readonly BucketQuota _quota;
    private readonly BucketShard?[] _shards;
    private int _nextToSweep;

    /// <summary>Makes an empty store for at most <paramref name="maximum"/> clients (1 or more).</summary>
    public BucketStore(int maximum)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maximum, 1);
        Maximum = maximum;
        _quota = new(maximum);
        _shards = new BucketShard?[Math.Min(MaxShards, (int)BitOperations.RoundUpToPowerOf2(1 + ((uint)maximum / ClientsPerShard)))];
    }

    /// <summary>The most clients that the store holds at a time.</summary>
    public int Maximum { get; }

    /// <summary>Clients in the store, with those whose time is over until a sweep drops them: 0 to <see cref="Maximum"/>.</summary>
    public int Count => _quota.Taken;

    /// <summary>How often <see cref="Touch"/> has refused a client because the store was full.</summary>
    public long RefusedCount => _quota.Refused;

    /// <summary>Bytes that the tables take at the moment; approximate while other threads change them.</summary>
    internal long TableBytes => _shards.Sum(shard => shard?.Bytes ?? 0);

    /// <summary>Shards that have ever held a client.</summary>
    internal int ShardsInUse => _shards.Count(shard => shard is not null);

    /// <summary>
    /// The rule has matched: limits the client from now on with an empty bucket, or lets the time of one that is limited run anew. In either
    /// case it is limited until just before <paramref name="now"/> plus <paramref name="ttl"/>. Does not meter. Allocates only when a table grows.
    /// </summary>
    /// <param name="client">Who.</param>
    /// <param name="now">Ticks of 100 ns.</param>
    /// <param name="ttl">How long; over 0.</param>
    public TouchOutcome Touch(in ClientKey client, long now, TimeSpan ttl)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ttl, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegative(now);
        var hash = BucketHash.Of(client);
        ref var shard = ref _shards[hash & (uint)(_shards.Length - 1)];
        if (Volatile.Read(ref shard) is null)
        {
            Interlocked.CompareExchange(ref shard, new(_quota), null);
        }

        return shard!.Touch(client, hash, now, now > long.MaxValue - ttl.Ticks ? long.MaxValue : now + ttl.Ticks);
    }

    /// <summary>Whether the client is limited. Allocates nothing; in an empty store it only looks at the count.</summary>
    /// <param name="client">Who.</param>
    /// <param name="now">Ticks of 100 ns.</param>
    public bool IsLimited(in ClientKey client, long now) =>
        Shard(client, out var hash) is { } shard && shard.IsLimited(client, hash, now);

    /// <summary>
    /// Puts a request through the client's bucket, if it is limited. The level falls by the rate, and then the request is in excess if the level
    /// is above the burst; if not, it adds one. Exact: nothing is rounded. Allocates nothing.
    /// </summary>
    /// <param name="client">Who.</param>
    /// <param name="now">Ticks of 100 ns.</param>
    /// <param name="limits">The rule's limits as they are now.</param>
    public MeterResult Meter(in ClientKey client, long now, BucketLimits limits) =>
        Shard(client, out var hash) is { } shard ? shard.Meter(client, hash, now, limits) : default;

    /// <summary>
    /// Adds an amount to the client's bucket, if it is limited, whatever its level is: for what is known only afterwards, such as the time that a
    /// request took. Allocates nothing.
    /// </summary>
    /// <param name="client">Who.</param>
    /// <param name="now">Ticks of 100 ns.</param>
    /// <param name="limits">The limits as they are now, in the unit of the amount.</param>
    /// <param name="amount">0 to a million; a level stays at a million at most.</param>
    public void Pour(in ClientKey client, long now, BucketLimits limits, double amount) =>
        Shard(client, out var hash)?.Pour(client, hash, now, limits, amount);

    /// <summary>Whether the client's level is above the burst, without adding anything. Allocates nothing.</summary>
    /// <param name="client">Who.</param>
    /// <param name="now">Ticks of 100 ns.</param>
    /// <param name="limits">The limits as they are now.</param>
    public MeterResult Check(in ClientKey client, long now, BucketLimits limits) =>
        Shard(client, out var hash) is { } shard ? shard.Check(client, hash, now, limits) : default;

    /// <summary>The client's level and time, for display; changes nothing.</summary>
    /// <param name="client">Who.</param>
    /// <param name="now">Ticks of 100 ns.</param>
    /// <param name="limits">The rule's limits as they are now.</param>
    /// <param name="found">What was found.</param>
    /// <returns>False when the client is not limited.</returns>
    public bool TryGet(in ClientKey client, long now, BucketLimits limits, out LimitedClient found)
    {
        found = default;
        return Shard(client, out var hash) is { } shard && shard.TryGet(client, hash, now, limits, out found);
    }

    /// <summary>Forgets the client and its bucket.</summary>
    /// <param name="client">Who.</param>
    /// <param name="now">Ticks of 100 ns.</param>
    /// <returns>Whether it was limited.</returns>
    public bool Remove(in ClientKey client, long now) =>
        Shard(client, out var hash) is { } shard && shard.Remove(client, hash, now);

    /// <summary>
    /// All limited clients, in no order, for display. Takes one shard after the other while requests go on: a client that stays limited
    /// throughout is there once; one that comes or goes meanwhile may or may not be.
    /// </summary>
    /// <param name="now">Ticks of 100 ns.</param>
    /// <param name="limits">The rule's limits as they are now.</param>
    public IReadOnlyList<LimitedClient> List(long now, BucketLimits limits)
    {
        var list = new List<LimitedClient>();
        foreach (var shard in _shards)
        {
            shard?.CopyTo(list, now, limits);
        }

        return list;
    }

    /// <summary>
    /// Drops clients whose time is over, in the next shards, until about <paramref name="slots"/> slots have been looked at or every shard once;
    /// the next call goes on behind them. What is limited never depends on it: it frees memory and places. There are about 1.4
    /// slots for each of <see cref="Count"/> and a few for each shard, so a call every second with a twentieth of that frees a place within half a
    /// minute.
    /// </summary>
    /// <param name="now">Ticks of 100 ns.</param>
    /// <param name="slots">How much to do; about 2 ns each. At least one shard is done.</param>
    /// <returns>How many clients were dropped.</returns>
    public int Sweep(long now, int slots)
    {
        var dropped = 0;
        for (var done = 0; done < _shards.Length && (done == 0 || slots > 0); done++)
        {
            var shard = Volatile.Read(ref _shards[(uint)Interlocked.Increment(ref _nextToSweep) & (uint)(_shards.Length - 1)]);
            slots -= 1 + (shard?.Slots ?? 0);
            dropped += shard?.Sweep(now) ?? 0;
        }

        return dropped;
    }

    private BucketShard? Shard(in ClientKey client, out ulong hash)
    {
        hash = 0;
        if (_quota.Taken == 0)
        {
            return null;
        }

        hash = BucketHash.Of(client);
        return Volatile.Read(ref _shards[hash & (uint)(_shards.Length - 1)]);
    }
}
