namespace Qrator.FilterNode.Statistics.Traffic;

/// <summary>What became of the bytes of a request. The lower-case name is the metric label.</summary>
public enum TrafficKind
{
    /// <summary>The filters let the request pass, whatever the origin made of it.</summary>
    Passed,

    /// <summary>The node refused the request: dropped it, or answered 400, 413 or 429.</summary>
    Dropped,
}
