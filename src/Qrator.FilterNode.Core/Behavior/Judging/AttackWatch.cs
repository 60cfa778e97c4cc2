using Qrator.FilterNode.Behavior.History;
using Qrator.FilterNode.Configuration;

namespace Qrator.FilterNode.Behavior.Judging;

/// <summary>
/// Decides, tick by tick, whether a service is calm, attacked, or its origin ill, and what is held against whom. For one thread.
/// </summary>
internal sealed class AttackWatch
{
    private const double LongestTick = 5;
    private const double StoppedPartOfUsual = 0.05;
    private const double LeastPartOfPeak = 0.1;
    private const double KnownFactorOfUsual = 2;
    private static readonly long KnownRespite = TimeSpan.TicksPerSecond * 10;
    private static readonly long IllRespite = TimeSpan.TicksPerSecond * 10;

    private readonly BehaviorTuning _tuning;
    private readonly LoadCounters _counters;
    private readonly GroupModel _groups;
    private readonly Attribution _attribution;
    private readonly GroupWitnesses _witnesses = new();
    private readonly Dictionary<ulong, GroupScore> _found = [];
    private long _last;
    private int _suspicious;
    private int _blind;
    private long _quietSince;
    private double _peakExcess;

    /// <summary>Calm, with nothing learned.</summary>
    public AttackWatch(BehaviorTuning tuning, LoadCounters counters, GroupModel groups)
    {
        _tuning = tuning;
        _counters = counters;
        _groups = groups;
        _attribution = new(tuning, counters);
        Load = new(tuning, counters);
    }

    /// <summary>The load with what is usual.</summary>
    public ServiceLoad Load { get; }

    /// <summary>What new clients do when there is no attack.</summary>
    public Newcomers Newcomers { get; } = new();

    /// <summary>Why the state is what it is.</summary>
    public string Reason { get; private set; } = "nothing seen yet";

    /// <summary>Time has gone by.</summary>
    /// <param name="before">What the last tick has decided.</param>
    /// <param name="now">Now, in ticks of the node's clock.</param>
    /// <param name="timeOfDay">The time of day, for what is usual at it.</param>
    /// <param name="floors">Load below which nothing is an attack.</param>
    /// <param name="clients">What is known of clients.</param>
    public Judgement Tick(Judgement before, long now, TimeSpan timeOfDay, BehaviorFloorsConfig floors, ClientTable clients)
    {
        var seconds = (double)(now - _last) / TimeSpan.TicksPerSecond;
        _last = now;
        _counters.Turn();
        if (seconds is <= 0 or > LongestTick)
        {
            // The first tick, or the clock or the process stood still: what was counted belongs to no time.
            _groups.ForgetNow();
            Load.DropUnlearned();
            _blind = _tuning.OnsetTicks;
            return before;
        }

        _groups.Advance(seconds, _counters.Latest(LoadCounter.Arrived), before.Learns);
        _attribution.Advance(seconds);
        Load.Take(seconds, floors, timeOfDay);
        var after = _blind-- > 0 ? before : Judge(before, now, clients) with { Watched = _witnesses.Watched };
        _blind = Math.Max(_blind, 0);
        if (after.State != BehaviorState.Attack)
        {
            Load.Learn(seconds, timeOfDay);
        }

        if (after.Learns && !Load.IsRising)
        {
            Newcomers.Learn(clients, now, seconds);
        }

        _groups.Fade(seconds);
        _attribution.Fade(seconds);
        return after;
    }

    private Judgement Judge(Judgement before, long now, ClientTable clients)
    {
        _found.Clear();
        if (Load.IsRising)
        {
            _groups.Compare(LeastPartOfPeak * _peakExcess, _found);
            _witnesses.Hear(_found, clients, now, before.OnsetOr(now), Load.IsCostly ? Newcomers.Enough : int.MaxValue);
        }

        var requests = _groups.Outstanding(_found.Values, static group => group.Surplus);
        var inFlight = _groups.Outstanding(_found.Values, static group => group.Surplus * group.SecondsInFlight);
        var isAttack = _attribution.IsAttack(Load, _groups.Rate(requests), _groups.Rate(inFlight), _groups.Rate(_groups.Excess));
        _suspicious = isAttack ? _suspicious + 1 : 0;
        if (before.State == BehaviorState.Attack)
        {
            return GoOn(before, isAttack, now);
        }

        if (_suspicious >= _tuning.OnsetTicks)
        {
            _groups.DropUnlearned();
            Load.DropUnlearned();
            _quietSince = now;
            Reason = Explain();
            return GoOn(new() { State = BehaviorState.Attack, Onset = now, Learns = false }, isAttack: true, now);
        }

        return OriginOrCalm(before, now, isAttack);
    }

    private Judgement GoOn(Judgement attack, bool isAttack, long now)
    {
        if (isAttack)
        {
            Reason = Explain();
            _peakExcess = Math.Max(_peakExcess, _groups.Excess);
            attack = attack with { Scores = Keep(attack.Scores) };
        }

        var stopped = _counters.Latest(LoadCounter.Stopped) + _counters.Latest(LoadCounter.Refused);
        _quietSince = isAttack || stopped > StoppedPartOfUsual * Load.Requests.Usual ? now : _quietSince;
        if (now - _quietSince < _tuning.Quiet.Ticks)
        {
            return attack with { BelievesKnown = now - attack.Onset < KnownRespite || Load.Requests.Ratio < KnownFactorOfUsual };
        }

        _peakExcess = 0;
        Reason = Load.Explain();
        return new();
    }

    private Judgement OriginOrCalm(Judgement before, long now, bool isAttack)
    {
        var ill = !isAttack && Load.IsOriginIll;
        _quietSince = ill ? now : _quietSince;
        Reason = Load.Explain();
        if (ill || (before.State == BehaviorState.OriginIll && now - _quietSince < IllRespite))
        {
            Reason += "; spread over all clients alike";
            return new() { State = BehaviorState.OriginIll, Learns = false };
        }

        return new() { Learns = !isAttack };
    }

    // What was held against a group stays until the attack is over: when all of it is stopped, nothing of it is seen any more.
    private GroupScores Keep(GroupScores before)
    {
        foreach (var (key, score) in before.All)
        {
            if (!_found.TryGetValue(key, out var found) || found.LogRatio < score.LogRatio)
            {
                _found[key] = score;
            }
        }

        return new(_found.Count <= GroupScores.Most
            ? new Dictionary<ulong, GroupScore>(_found)
            : _found.OrderByDescending(pair => pair.Value.LogRatio).Take(GroupScores.Most).ToDictionary());
    }

    private string Explain()
    {
        var part = FormattableString.Invariant($"{Load.Explain()}; {100 * _attribution.Part:0} % of the excess from clients who stand out");
        var group = _found.Values.Where(score => score.LogRatio >= _tuning.ToolStandsOut).MaxBy(score => score.Share);
        return group is null ? $"{part} alone" : $"{part}, most with the {group.Explain()}";
    }
}
