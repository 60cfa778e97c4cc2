namespace Qrator.FilterNode.UserRules;

/// <summary>Which requests of a limited client a rate limit meters.</summary>
public enum MeterScope
{
    /// <summary>All of them.</summary>
    Client,

    /// <summary>Those that match the request part of the rule's condition.</summary>
    Matching,
}
