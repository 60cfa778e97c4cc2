namespace Qrator.FilterNode.Behavior;

/// <summary>The states in words, for metrics and the API.</summary>
public static class BehaviorStateName
{
    private static readonly string[] Names = ["calm", "attack", "origin_ill"];

    /// <summary>The word for a state.</summary>
    public static string Of(BehaviorState state) => Names[(int)state];
}
