using Qrator.FilterNode.Behavior.History;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.RateLimits;

namespace Qrator.FilterNode.Behavior;

/// <summary>
/// The limits for each client that need no learning. Lives as long as the service; changed limits hold for the buckets that are there. Safe for any
/// number of threads.
/// </summary>
internal sealed class ClientLimits
{
    private const double BurstSeconds = 5;
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(5);

    private readonly BehaviorLimitsConfig _config;
    private readonly BucketLimits _requestLimits;
    private readonly BucketLimits _originLimits;
    private readonly BucketStore? _requests;
    private readonly BucketStore? _origin;

    /// <summary>The limits of a configuration, with the buckets of the one before.</summary>
    public ClientLimits(BehaviorLimitsConfig config, int clients, ClientLimits? before)
    {
        _config = config;
        (_requests, _requestLimits) = Buckets(config.RequestsPerSecond, clients, before?._requests);
        (_origin, _originLimits) = Buckets(config.OriginMillisecondsPerSecond, clients, before?._origin);
    }

    /// <summary>Whether any limit is set.</summary>
    public bool Any => _requests is not null || _origin is not null || _config.Concurrent > 0 || _config.ErrorShare > 0;

    /// <summary>Requests that were over a limit and the clients of the buckets, by the name of the setting; for display and for sweeping.</summary>
    public IEnumerable<(string Limit, BucketStore Buckets)> AllBuckets
    {
        get
        {
            if (_requests is not null)
            {
                yield return (nameof(BehaviorLimitsConfig.RequestsPerSecond), _requests);
            }

            if (_origin is not null)
            {
                yield return (nameof(BehaviorLimitsConfig.OriginMillisecondsPerSecond), _origin);
            }
        }
    }

    /// <summary>Whether a request that arrives is over a limit.</summary>
    public bool IsExcess(in ClientKey client, in ClientView view, long now, out Verdict verdict)
    {
        verdict = default;
        if (_config.Concurrent > 0 && view.InFlight > _config.Concurrent)
        {
            verdict = Verdict.RejectExcess(1);
            return true;
        }

        if (_requests is not null)
        {
            _requests.Touch(client, now, Ttl);
            if (_requests.Meter(client, now, _requestLimits) is { Outcome: MeterOutcome.Excess } excess)
            {
                verdict = Verdict.RejectExcess(excess.RetryAfterSeconds);
                return true;
            }
        }

        if (_origin is not null && _origin.Check(client, now, _originLimits) is { Outcome: MeterOutcome.Excess } slow)
        {
            verdict = Verdict.RejectExcess(slow.RetryAfterSeconds);
            return true;
        }

        return false;
    }

    /// <summary>Whether the client has more errors than it may.</summary>
    public bool HasTooManyErrors(in ClientView view) => _config.ErrorShare > 0 && view.ErrorShare > _config.ErrorShare;

    /// <summary>The part of errors that a client may have.</summary>
    public float ErrorShare => (float)_config.ErrorShare;

    /// <summary>Takes the origin time of a request that has ended.</summary>
    public void CountOrigin(in ClientKey client, float milliseconds, long now)
    {
        if (_origin is not null && milliseconds > 0)
        {
            _origin.Touch(client, now, Ttl);
            _origin.Pour(client, now, _originLimits, Math.Min(milliseconds, BucketLimits.MaxBurst));
        }
    }

    private static (BucketStore? Buckets, BucketLimits Limits) Buckets(double perSecond, int clients, BucketStore? before) => perSecond <= 0
        ? (null, default)
        : (before ?? new(clients), BucketLimits.Create(
            Math.Max(BucketLimits.RateStep, Math.Round((decimal)perSecond, 3)),
            (int)Math.Min(BucketLimits.MaxBurst, Math.Ceiling(perSecond * BurstSeconds))));
}
