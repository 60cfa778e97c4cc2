using Qrator.FilterNode.Clients;
using Qrator.FilterNode.RateLimits;

namespace Qrator.FilterNode.UserRules;

/// <summary>Acts on the rules that match when a request arrives.</summary>
internal struct ArrivalMatches : IRuleMatches
{
    private readonly UserRuleEffect[] _effects;
    private readonly ClientKey _client;
    private readonly bool _blacklisted;
    private readonly long _now;
    private MeterOutcome _metered;
    private bool _drop;
    private int _retryAfter;

    public ArrivalMatches(UserRuleEffect[] effects, in ClientKey client, bool blacklisted, long now)
    {
        _effects = effects;
        _client = client;
        _blacklisted = blacklisted;
        _now = now;
    }

    /// <summary>The first whitelist rule in force that matched; -1 when none did.</summary>
    public int WhitelistRule { get; private set; } = -1;

    /// <summary>The first rule whose bucket the request is over; null when it is over none.</summary>
    public UserRuleEffect? Exceeded { get; private set; }

    public readonly ArrivalDecision Decision => new(Whitelisted: false, _metered, _drop, _retryAfter);

    public void Add(int rule)
    {
        var effect = _effects[rule];
        if (effect.Cause is not null)
        {
            effect.Hits.Count(effect.Rule.Shadow);
            WhitelistRule = WhitelistRule < 0 && !effect.Rule.Shadow ? rule : WhitelistRule;
        }
        else if (!_blacklisted && effect.Buckets is not null)
        {
            Meter(effect);
        }
    }

    public void Meter(UserRuleEffect effect)
    {
        var result = effect.Buckets!.Meter(_client, _now, effect.Limits);
        if (result.Outcome == MeterOutcome.Excess)
        {
            _metered = MeterOutcome.Excess;
            Exceeded ??= effect;
            _drop |= effect.Rule.RateLimit!.Excess == ExcessAction.Drop;
            _retryAfter = Math.Max(_retryAfter, result.RetryAfterSeconds);
        }
        else if (_metered == MeterOutcome.NotLimited)
        {
            _metered = result.Outcome;
        }
    }
}
