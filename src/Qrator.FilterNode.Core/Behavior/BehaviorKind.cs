namespace Qrator.FilterNode.Behavior;

/// <summary>Why automatic detection lists a client. <see cref="BehaviorKindName"/> has the words for lists and metrics.</summary>
public enum BehaviorKind
{
    /// <summary>Far more requests than the crowd.</summary>
    Requests,

    /// <summary>Far more origin time than the crowd.</summary>
    OriginTime,

    /// <summary>Far more errors than the crowd.</summary>
    Errors,

    /// <summary>One of a group whose share has jumped.</summary>
    Group,

    /// <summary>Over the configured share of errors.</summary>
    ErrorShare,
}
