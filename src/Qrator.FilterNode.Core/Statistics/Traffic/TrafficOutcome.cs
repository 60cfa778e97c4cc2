namespace Qrator.FilterNode.Statistics.Traffic;

/// <summary>Which outcomes let the bytes of a request pass.</summary>
public static class TrafficOutcome
{
    /// <summary>The kind of a request's traffic, once it has ended.</summary>
    public static TrafficKind Of(Outcome outcome) => outcome switch
    {
        Outcome.Blacklisted or Outcome.RateLimited or Outcome.BodyLimit or Outcome.BadRequest or Outcome.UnknownHost => TrafficKind.Dropped,
        _ => TrafficKind.Passed,
    };
}
