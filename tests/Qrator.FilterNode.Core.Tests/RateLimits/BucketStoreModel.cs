using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.RateLimits;

/// <summary>The obvious way to do what a store does: a dictionary and decimal arithmetic in requests and seconds.</summary>
internal sealed class BucketStoreModel(int maximum)
{
    private readonly Dictionary<ClientKey, (decimal Level, decimal At, decimal Until)> _clients = [];

    public int Count => _clients.Count;

    public TouchOutcome Touch(ClientKey client, decimal now, decimal ttl)
    {
        foreach (var gone in _clients.Where(entry => entry.Value.Until <= now).Select(entry => entry.Key).ToList())
        {
            _clients.Remove(gone);
        }

        if (_clients.TryGetValue(client, out var state))
        {
            _clients[client] = state with { Until = now + ttl };
            return TouchOutcome.Prolonged;
        }

        if (_clients.Count == maximum)
        {
            return TouchOutcome.Refused;
        }

        _clients[client] = (0, now, now + ttl);
        return TouchOutcome.Limited;
    }

    public bool IsLimited(ClientKey client, decimal now) => _clients.TryGetValue(client, out var state) && state.Until > now;

    public decimal Level(ClientKey client, decimal now, BucketLimits limits)
    {
        var (level, at, _) = _clients[client];
        return Math.Max(0, level - (limits.Rate * (now - at)));
    }

    public MeterResult Meter(ClientKey client, decimal now, BucketLimits limits)
    {
        if (!IsLimited(client, now))
        {
            return new(MeterOutcome.NotLimited, 0);
        }

        var level = Level(client, now, limits);
        var excess = level > limits.Burst;
        var until = _clients[client].Until;
        _clients[client] = (excess ? level : level + 1, now, until);
        var wait = Math.Min(excess ? (level - limits.Burst) / limits.Rate : 0, until - now);
        return excess ? new(MeterOutcome.Excess, (int)Math.Max(1, Math.Ceiling(wait))) : new(MeterOutcome.Allowed, 0);
    }

    public bool Remove(ClientKey client, decimal now)
    {
        var limited = IsLimited(client, now);
        _clients.Remove(client);
        return limited;
    }
}
