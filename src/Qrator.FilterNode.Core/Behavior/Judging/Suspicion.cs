namespace Qrator.FilterNode.Behavior.Judging;

/// <summary>What is held against one client.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Group">The group, for <see cref="BehaviorKind.Group"/>.</param>
/// <param name="Value">What the client did in its window; without meaning for a group.</param>
/// <param name="Limit">What it may do.</param>
internal readonly record struct Suspicion(BehaviorKind Kind, GroupScore? Group, float Value, float Limit)
{
    /// <summary>The numbers in words.</summary>
    public string Explain() => Kind switch
    {
        BehaviorKind.Group => Group!.Explain(),
        BehaviorKind.Requests => FormattableString.Invariant($"{Value:0} requests within 5 s, the crowd up to {Limit:0}"),
        BehaviorKind.OriginTime => FormattableString.Invariant($"{Value:0} ms of origin time within 5 s, the crowd up to {Limit:0}"),
        BehaviorKind.Errors => FormattableString.Invariant($"{Value:0} errors within 5 s, the crowd up to {Limit:0}"),
        _ => FormattableString.Invariant($"{100 * Value:0} % of the answers are errors, limit {100 * Limit:0} %"),
    };
}
