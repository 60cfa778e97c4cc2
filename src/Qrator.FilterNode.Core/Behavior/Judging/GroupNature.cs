namespace Qrator.FilterNode.Behavior.Judging;

/// <summary>What the clients of a group are, by what some of them do.</summary>
internal enum GroupNature
{
    /// <summary>Not to be said yet.</summary>
    Unknown,

    /// <summary>Visitors, or as many of them that the others are taken for such too.</summary>
    Visitors,

    /// <summary>A tool.</summary>
    Tool,
}
