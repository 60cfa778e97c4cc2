using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>The section <c>Maintenance</c> of a service.</summary>
public sealed record MaintenanceConfig
{
    /// <summary>Whether it is on.</summary>
    [Setting("Whether every visitor gets the page or the redirect, and nothing goes to the origins.")]
    public bool Enabled { get; init; }

    /// <summary>The file of the page.</summary>
    [Setting("An HTML file in UTF-8, at most 1 MB, relative to the working directory, sent with 503. {request_id} and {time} in it are replaced. Left out: ErrorPages:503, or the node's own page.")]
    public string? Page { get; init; }

    /// <summary>Where visitors are sent.</summary>
    [Setting("Where visitors are sent by a 302 instead: an absolute URL or path. A request for that place itself gets the page.")]
    public RedirectTarget? RedirectTo { get; init; }

    /// <summary>What Retry-After says.</summary>
    [Setting("When visitors and crawlers are told to come again.", Min = "00:00:01", Max = "30.00:00:00")]
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromHours(1);
}
