namespace Qrator.FilterNode.Behavior;

/// <summary>The kinds in words: the rule of a list entry and the metric label.</summary>
public static class BehaviorKindName
{
    private static readonly string[] Names = ["requests", "origin-time", "errors", "group", "error-share"];

    /// <summary>How many kinds there are.</summary>
    public static int Count => Names.Length;

    /// <summary>The word for a kind.</summary>
    public static string Of(BehaviorKind kind) => Names[(int)kind];
}
