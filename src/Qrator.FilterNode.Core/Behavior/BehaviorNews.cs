using Qrator.FilterNode.Behavior.Judging;

namespace Qrator.FilterNode.Behavior;

/// <summary>Turns what ticks decide into lines for the log. For one thread.</summary>
internal sealed class BehaviorNews
{
    private readonly BehaviorCounters _counters;
    private long _began;
    private long _lastLine;
    private long _lastWarning = long.MinValue / 2;
    private long _listedBefore;
    private long _suppressedBefore;
    private long _stoppedBefore;
    private long _suspendedBefore;

    /// <summary>Nothing to say yet.</summary>
    public BehaviorNews(BehaviorCounters counters) => _counters = counters;

    /// <summary>What a tick gives to say.</summary>
    public IReadOnlyList<BehaviorReport> Of(BehaviorState before, BehaviorState after, Detector detector, BehaviorMode mode, long suspended, long now)
    {
        List<BehaviorReport>? news = null;
        var isOff = mode == BehaviorMode.Off;
        var attacked = (before == BehaviorState.Attack && !isOff, after == BehaviorState.Attack && !isOff);
        if (attacked is (false, true))
        {
            (_began, _lastLine) = (now, now);
            _listedBefore = _counters.AllListed;
            _stoppedBefore = Stopped(detector);
            (news ??= []).Add(new(BehaviorEvent.AttackBegan, FormattableString.Invariant($"{detector.Reason}; {detector.ActiveClients:0} clients in 10 s; mode {mode}")));
        }
        else if (attacked is (true, false))
        {
            (news ??= []).Add(new(BehaviorEvent.AttackEnded, Account(detector, now)));
        }
        else if (attacked is (true, true) && now - _lastLine >= TimeSpan.TicksPerMinute)
        {
            _lastLine = now;
            (news ??= []).Add(new(BehaviorEvent.AttackGoesOn, $"{Account(detector, now)}; {detector.Reason}"));
        }

        if (after == BehaviorState.OriginIll && before != BehaviorState.OriginIll)
        {
            _suspendedBefore = suspended;
            (news ??= []).Add(new(BehaviorEvent.OriginIll, detector.Reason));
        }
        else if (before == BehaviorState.OriginIll && after != BehaviorState.OriginIll)
        {
            (news ??= []).Add(new(BehaviorEvent.OriginWell, FormattableString.Invariant($"{detector.Reason}; meanwhile {suspended - _suspendedBefore} matches of rules about status or duration had no effect")));
        }

        var suppressed = _counters.AllSuppressed;
        if (suppressed > _suppressedBefore && now - _lastWarning >= TimeSpan.TicksPerMinute)
        {
            (news ??= []).Add(new(BehaviorEvent.BudgetSpent, FormattableString.Invariant($"{suppressed - _suppressedBefore} times a client was not listed because of the budget; {detector.Reason}")));
            (_suppressedBefore, _lastWarning) = (suppressed, now);
        }

        return news ?? (IReadOnlyList<BehaviorReport>)[];
    }

    private static long Stopped(Detector detector) => detector.Counters.Total(LoadCounter.Stopped) + detector.Counters.Total(LoadCounter.Refused);

    private string Account(Detector detector, long now) => FormattableString.Invariant(
        $"{TimeSpan.FromTicks(now - _began):hh\\:mm\\:ss}, {_counters.AllListed - _listedBefore} clients listed, {Stopped(detector) - _stoppedBefore} requests stopped");
}
