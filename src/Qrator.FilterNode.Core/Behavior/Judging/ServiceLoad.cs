using Qrator.FilterNode.Behavior.Usual;
using Qrator.FilterNode.Configuration;

namespace Qrator.FilterNode.Behavior.Judging;

/// <summary>What a service has to bear: requests and errors a second, and requests in flight, which is seconds of origin time a second (J. D. C. Little, 1961). For one thread.</summary>
internal sealed class ServiceLoad
{
    private const double IllErrorShare = 0.2;
    private const double IllFactor = 3;
    private const double PeakFactor = 3;
    private const double CostFactor = 1.5;

    private readonly LoadCounters _counters;

    /// <summary>Nothing learned.</summary>
    public ServiceLoad(BehaviorTuning tuning, LoadCounters counters)
    {
        _counters = counters;
        Requests = new(tuning.RequestFactor, tuning.Spreads);
        InFlight = new(tuning.InFlightFactor, tuning.Spreads);
        Errors = new(tuning.ErrorFactor, tuning.Spreads);
    }

    /// <summary>Requests a second that were let in.</summary>
    public LoadSignal Requests { get; }

    /// <summary>Requests in flight.</summary>
    public LoadSignal InFlight { get; }

    /// <summary>Errors a second.</summary>
    public LoadSignal Errors { get; }

    /// <summary>Whether anything is out of the ordinary.</summary>
    public bool IsHigh => Requests.IsHigh || InFlight.IsHigh || Errors.IsHigh;

    /// <summary>Whether something may be about to be, so that it is time to look who comes.</summary>
    public bool IsRising => IsHigh || Requests.IsRising || InFlight.IsRising || Errors.IsRising;

    /// <summary>Whether the origin has more to do than for so many requests usually: they cost more, or it gets slower.</summary>
    public bool IsCostly => InFlight.IsHigh && InFlight.Ratio > CostFactor * Math.Max(1, Requests.Ratio);

    /// <summary>
    /// Whether the origin is ill for all alike, given that nobody stands out: errors are a fifth of the answers and three times as many as usual, or
    /// answers take three times as long, while requests are not far above the usual.
    /// </summary>
    public bool IsOriginIll
    {
        get
        {
            var answers = Math.Max(Requests.Value, 1);
            var usualAnswers = Math.Max(Requests.Usual, 1);
            var failing = Errors.IsHigh && Errors.Value / answers > Math.Max(IllErrorShare, IllFactor * Errors.Usual / usualAnswers);
            var slow = InFlight.IsHigh && InFlight.Value / answers > IllFactor * InFlight.Usual / usualAnswers;
            return (failing || slow) && (!Requests.IsLearned || Requests.Ratio < PeakFactor);
        }
    }

    /// <summary>Takes what the last tick has counted.</summary>
    public void Take(double seconds, BehaviorFloorsConfig floors, TimeSpan timeOfDay)
    {
        Requests.Take(RequestRate(seconds), seconds, floors.RequestsPerSecond, timeOfDay);
        InFlight.Take(_counters.InFlight, seconds, floors.Concurrent, timeOfDay);
        Errors.Take(_counters.Latest(LoadCounter.Errors) / seconds, seconds, floors.ErrorsPerSecond, timeOfDay);
    }

    /// <summary>Lets that count as usual.</summary>
    public void Learn(double seconds, TimeSpan timeOfDay)
    {
        Requests.Learn(RequestRate(seconds), seconds, timeOfDay);
        InFlight.Learn(_counters.InFlight, seconds, timeOfDay);
        Errors.Learn(_counters.Latest(LoadCounter.Errors) / seconds, seconds, timeOfDay);
    }

    /// <summary>Forgets what has not become usual yet.</summary>
    public void DropUnlearned()
    {
        Requests.DropUnlearned();
        InFlight.DropUnlearned();
        Errors.DropUnlearned();
    }

    /// <summary>The load in words.</summary>
    public string Explain() => string.Join(", ", new[]
    {
        Words(Requests, "requests", "/s"), Words(InFlight, "requests in flight", ""), Words(Errors, "errors", "/s"),
    }.Where(words => words.Length > 0)) is { Length: > 0 } high ? high : FormattableString.Invariant($"requests {Requests.Value:0}/s, usually {Requests.Usual:0}/s");

    private static string Words(LoadSignal signal, string name, string unit) =>
        signal.IsHigh ? FormattableString.Invariant($"{name} {signal.Ratio:0.#} times the usual {signal.Usual:0.#}{unit}") : "";

    private double RequestRate(double seconds) => (_counters.Latest(LoadCounter.Arrived) - _counters.Latest(LoadCounter.Refused)) / seconds;
}
