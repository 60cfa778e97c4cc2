namespace Qrator.FilterNode.Behavior.Judging;

/// <summary>
/// How much of the load is due to clients who stand out, alone or as a group, within the same few seconds that <see cref="GroupModel"/> looks at.
/// For one thread.
/// </summary>
internal sealed class Attribution
{
    private const double LeastPartOfUsual = 0.05;

    private readonly BehaviorTuning _tuning;
    private readonly LoadCounters _counters;
    private double _seconds;
    private double _requests;
    private double _origin;
    private double _errors;

    /// <summary>Nothing yet.</summary>
    public Attribution(BehaviorTuning tuning, LoadCounters counters) => (_tuning, _counters) = (tuning, counters);

    /// <summary>The part of the excess of requests that is due to such clients, 0 to 1.</summary>
    public double Part { get; private set; }

    /// <summary>Requests a second of clients who stand out alone.</summary>
    public double AloneRate { get; private set; }

    /// <summary>Takes what the last tick has counted.</summary>
    public void Advance(double seconds)
    {
        _seconds += seconds;
        _requests += _counters.Latest(LoadCounter.StandingRequests);
        _origin += _counters.Latest(LoadCounter.StandingOrigin);
        _errors += _counters.Latest(LoadCounter.StandingErrors);
    }

    /// <summary>Lets it fade by the time that has gone by.</summary>
    public void Fade(double seconds)
    {
        var kept = Math.Pow(0.5, seconds / 2);
        (_seconds, _requests, _origin, _errors) = (_seconds * kept, _requests * kept, _origin * kept, _errors * kept);
    }

    /// <summary>Whether load that is out of the ordinary is due to clients who stand out.</summary>
    /// <param name="load">The load.</param>
    /// <param name="groupRate">Requests a second of groups that stand out.</param>
    /// <param name="groupInFlight">Requests in flight of such groups.</param>
    /// <param name="excessRate">Requests a second above those of late.</param>
    public bool IsAttack(ServiceLoad load, double groupRate, double groupInFlight, double excessRate)
    {
        AloneRate = _requests / _seconds;
        var rate = Math.Max(AloneRate, groupRate);

        // Before it is known what is usual, everything over the floor is in question, not only what has come of late.
        var inQuestion = load.Requests.IsLearned ? excessRate : Math.Max(excessRate, load.Requests.Value - load.Requests.Usual);
        var excess = Math.Max(inQuestion, rate);
        Part = excess > 0 ? rate / excess : 0;
        var many = rate > LeastPartOfUsual * load.Requests.Usual && Part >= _tuning.AttributedPart;
        return (load.Requests.IsHigh && many)
            || (load.InFlight.IsHigh && (many || Covers(Math.Max(_origin / 1000 / _seconds, groupInFlight), load.InFlight)))
            || (load.Errors.IsHigh && ((many && Covers(rate, load.Errors)) || Covers(_errors / _seconds, load.Errors)));
    }

    private bool Covers(double part, Usual.LoadSignal signal) => part >= _tuning.AttributedPart * (signal.Value - signal.Usual);
}
