namespace Qrator.FilterNode.Behavior;

/// <summary>What detection has to say.</summary>
public enum BehaviorEvent
{
    /// <summary>An attack has begun.</summary>
    AttackBegan,

    /// <summary>The attack goes on; once a minute.</summary>
    AttackGoesOn,

    /// <summary>The attack is over.</summary>
    AttackEnded,

    /// <summary>The origin fails or is slow for all clients alike.</summary>
    OriginIll,

    /// <summary>The origin is well again.</summary>
    OriginWell,

    /// <summary>Another mode is in force: the first 24 hours are over, or an operator has set it.</summary>
    ModeChanged,

    /// <summary>The budget keeps clients from being listed; at most once a minute. Belongs into the log as a warning.</summary>
    BudgetSpent,
}
