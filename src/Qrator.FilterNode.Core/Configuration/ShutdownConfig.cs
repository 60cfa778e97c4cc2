using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>The section <c>Shutdown</c>.</summary>
public sealed record ShutdownConfig
{
    /// <summary>Time for requests under way.</summary>
    [Setting("How long requests under way may take after SIGTERM, the handover included; then their connections are reset.", Min = "00:00:00", Max = "01:00:00")]
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time for connections that have just begun.</summary>
    [Setting("How long after SIGTERM connections that had already begun are still taken and may send their first request. New ones are left to another node on the same port from the first moment.", Min = "00:00:00", Max = "00:01:00")]
    public TimeSpan Handover { get; init; } = TimeSpan.FromSeconds(1);
}
