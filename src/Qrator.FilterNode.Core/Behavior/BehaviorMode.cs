namespace Qrator.FilterNode.Behavior;

/// <summary>Whether automatic detection acts.</summary>
public enum BehaviorMode
{
    /// <summary>It lists nobody and counts nothing; it looks and learns only for rules that <see cref="Behavior.OriginGuard"/> guards.</summary>
    Off,

    /// <summary>It learns, judges and counts what it would do, and lists nobody.</summary>
    Shadow,

    /// <summary>It lists clients during an attack.</summary>
    On,
}
