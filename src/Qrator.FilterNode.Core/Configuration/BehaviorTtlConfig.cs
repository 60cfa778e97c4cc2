using Qrator.FilterNode.Behavior;
using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>The section <c>Behavior:Ttl</c> of a service.</summary>
public sealed record BehaviorTtlConfig
{
    /// <summary>For requests.</summary>
    [Setting("For far more requests than the crowd.", Min = "00:05:00", Max = "08:00:00")]
    public TimeSpan Requests { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>For origin time.</summary>
    [Setting("For far more origin time than the crowd.", Min = "00:05:00", Max = "08:00:00")]
    public TimeSpan OriginTime { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>For errors.</summary>
    [Setting("For far more errors than the crowd, or more than Limits:ErrorShare.", Min = "00:05:00", Max = "08:00:00")]
    public TimeSpan Errors { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>For a group.</summary>
    [Setting("For being one of a group whose share has jumped.", Min = "00:05:00", Max = "08:00:00")]
    public TimeSpan Group { get; init; } = TimeSpan.FromMinutes(30);

    internal TimeSpan Of(BehaviorKind kind) => kind switch
    {
        BehaviorKind.Requests => Requests,
        BehaviorKind.OriginTime => OriginTime,
        BehaviorKind.Group => Group,
        _ => Errors,
    };
}
