using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.RateLimits;

/// <summary>
/// One part of a <see cref="BucketStore"/>. Every call holds the shard's own spin lock for one table operation: some ten nanoseconds, or a pass
/// over about a thousand slots when it sweeps or grows. Nothing waits inside.
/// </summary>
/// <param name="quota">The places of the whole store.</param>
internal sealed class BucketShard(BucketQuota quota)
{
    private BucketTable _table = new();

    // No client expires before it. Prolonging does not move it, so it may be too early; a sweep sets it right.
    private long _firstExpiry = long.MaxValue;
    private int _gate;

    /// <summary>Bytes of the tables.</summary>
    public long Bytes => _table.Bytes;

    /// <summary>How many slots a sweep looks at.</summary>
    public int Slots => _table.Capacity;

    /// <inheritdoc cref="BucketStore.IsLimited"/>
    public bool IsLimited(in ClientKey client, ulong hash, long now)
    {
        using var hold = new SpinHold(ref _gate);
        return FindLive(client, hash, now) >= 0;
    }

    /// <inheritdoc cref="BucketStore.Meter"/>
    public MeterResult Meter(in ClientKey client, ulong hash, long now, BucketLimits limits)
    {
        using var hold = new SpinHold(ref _gate);
        var slot = FindLive(client, hash, now);
        if (slot < 0)
        {
            return default;
        }

        ref var entry = ref _table[slot];
        entry.Bucket = entry.Bucket.Meter(now, limits, out var excess);
        return excess ? new(MeterOutcome.Excess, entry.RetryAfterSeconds(now, limits)) : new(MeterOutcome.Allowed, 0);
    }

    /// <inheritdoc cref="BucketStore.Pour"/>
    public void Pour(in ClientKey client, ulong hash, long now, BucketLimits limits, double amount)
    {
        using var hold = new SpinHold(ref _gate);
        if (FindLive(client, hash, now) is >= 0 and var slot)
        {
            ref var entry = ref _table[slot];
            entry.Bucket = entry.Bucket.Pour(now, limits, amount);
        }
    }

    /// <inheritdoc cref="BucketStore.Check"/>
    public MeterResult Check(in ClientKey client, ulong hash, long now, BucketLimits limits)
    {
        using var hold = new SpinHold(ref _gate);
        if (FindLive(client, hash, now) is not (>= 0 and var slot))
        {
            return default;
        }

        var entry = _table[slot];
        entry.Bucket = entry.Bucket.Pour(now, limits, 0);
        return entry.Bucket.TicksUntilAllowed(limits) > 0
            ? new(MeterOutcome.Excess, entry.RetryAfterSeconds(now, limits))
            : new(MeterOutcome.Allowed, 0);
    }

    /// <summary>As the store's <see cref="BucketStore.Touch"/>, with the tick at which the client's time is over.</summary>
    public TouchOutcome Touch(in ClientKey client, ulong hash, long now, long expiry)
    {
        using var hold = new SpinHold(ref _gate);
        var slot = _table.Find(client, hash);
        if (slot >= 0)
        {
            return Renew(ref _table[slot], now, expiry);
        }

        // Only when the store is full does a touch look for expired clients, and only where it would put its own.
        if (!quota.TryTake() && (Drop(now) == 0 || !quota.TryTake()))
        {
            quota.CountRefusal();
            return TouchOutcome.Refused;
        }

        _table.Add(new() { Client = client, Bucket = new(0, now), Expiry = expiry }, hash);
        _firstExpiry = Math.Min(_firstExpiry, expiry);
        return TouchOutcome.Limited;
    }

    /// <inheritdoc cref="BucketStore.Remove"/>
    public bool Remove(in ClientKey client, ulong hash, long now)
    {
        using var hold = new SpinHold(ref _gate);
        var slot = _table.Find(client, hash);
        if (slot < 0)
        {
            return false;
        }

        var live = _table[slot].Expiry > now;
        _table.RemoveAt(slot);
        quota.GiveBack(1);
        return live;
    }

    /// <inheritdoc cref="BucketStore.TryGet"/>
    public bool TryGet(in ClientKey client, ulong hash, long now, BucketLimits limits, out LimitedClient found)
    {
        using var hold = new SpinHold(ref _gate);
        var slot = FindLive(client, hash, now);
        found = slot < 0 ? default : _table[slot].Show(now, limits);
        return slot >= 0;
    }

    /// <summary>Adds all clients that are limited at <paramref name="now"/> to a list.</summary>
    public void CopyTo(List<LimitedClient> list, long now, BucketLimits limits)
    {
        using var hold = new SpinHold(ref _gate);
        for (var slot = 0; slot < _table.Capacity; slot++)
        {
            if (_table.IsUsed(slot) && _table[slot].Expiry > now)
            {
                list.Add(_table[slot].Show(now, limits));
            }
        }
    }

    /// <summary>Drops the clients whose time is over, and memory that is not needed any more.</summary>
    /// <returns>How many clients were dropped.</returns>
    public int Sweep(long now)
    {
        using var hold = new SpinHold(ref _gate);
        var dropped = Drop(now);
        _table.Shrink();
        return dropped;
    }

    private int FindLive(in ClientKey client, ulong hash, long now)
    {
        var slot = _table.Find(client, hash);
        return slot >= 0 && _table[slot].Expiry > now ? slot : -1;
    }

    private TouchOutcome Renew(ref BucketEntry entry, long now, long expiry)
    {
        var outcome = TouchOutcome.Prolonged;
        if (entry.Expiry <= now)
        {
            entry.Bucket = new(0, now);
            outcome = TouchOutcome.Limited;
        }

        entry.Expiry = expiry;
        _firstExpiry = Math.Min(_firstExpiry, expiry);
        return outcome;
    }

    private int Drop(long now)
    {
        if (now < _firstExpiry)
        {
            return 0;
        }

        var before = _table.Count;
        _firstExpiry = long.MaxValue;
        for (var slot = 0; slot < _table.Capacity;)
        {
            if (!_table.IsUsed(slot))
            {
                slot++;
            }
            else if (_table[slot].Expiry > now)
            {
                _firstExpiry = Math.Min(_firstExpiry, _table[slot++].Expiry);
            }
            else
            {
                // Another client may have moved into this slot; it is looked at next.
                _table.RemoveAt(slot);
            }
        }

        quota.GiveBack(before - _table.Count);
        return before - _table.Count;
    }
}
