using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>The section <c>Timeouts</c> of a service.</summary>
public sealed record TimeoutsConfig
{
    /// <summary>One attempt to connect.</summary>
    [Setting("How long one attempt to connect may take.", Min = "00:00:00.050", Max = "00:01:00")]
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(9);

    /// <summary>Attempts to connect before 502.</summary>
    [Setting("How often connecting is tried before the answer is 502.", Min = "1", Max = "16")]
    public int ConnectAttempts { get; init; } = 2;

    /// <summary>Silence of the origin before 504.</summary>
    [Setting("How long an origin may be silent, before its response headers and within a body.", Min = "00:00:00.100", Max = "01:00:00")]
    public TimeSpan Response { get; init; } = TimeSpan.FromMinutes(1);
}
