namespace Qrator.FilterNode.UserRules.Conditions;

/// <summary>A node of the tree that says when a rule matches, checked. Immutable.</summary>
public abstract record Condition
{
    private protected Condition(bool needsResponse) => NeedsResponse = needsResponse;

    /// <summary>Whether the node or one below it looks at the response.</summary>
    public bool NeedsResponse { get; }

    /// <summary>Whether the node or one below it looks at the status or the duration.</summary>
    public abstract bool LooksAtOrigin { get; }
}
