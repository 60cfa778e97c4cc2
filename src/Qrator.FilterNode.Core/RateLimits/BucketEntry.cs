using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.RateLimits;

/// <summary>One client in a <see cref="BucketShard"/>: 40 bytes.</summary>
internal struct BucketEntry
{
    /// <summary>Who.</summary>
    public ClientKey Client;

    /// <summary>Its bucket.</summary>
    public LeakyBucket Bucket;

    /// <summary>The first tick at which the client is not limited any more.</summary>
    public long Expiry;

    /// <summary>After an excess at <paramref name="now"/>: see <see cref="MeterResult.RetryAfterSeconds"/>.</summary>
    public readonly int RetryAfterSeconds(long now, BucketLimits limits)
    {
        var ticks = Math.Min(Bucket.TicksUntilAllowed(limits), Expiry - now);
        return (int)Math.Max(1, (ticks + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond);
    }

    /// <summary>The entry for display, at <paramref name="now"/>.</summary>
    public readonly LimitedClient Show(long now, BucketLimits limits) =>
        new(Client, (decimal)Bucket.LevelAt(now, limits) / LeakyBucket.Unit, TimeSpan.FromTicks(Expiry - now));
}
