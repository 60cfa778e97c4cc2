namespace Qrator.FilterNode.UserRules.Conditions;

/// <summary>The numbers that conditions look at.</summary>
public enum NumberProperty
{
    /// <summary>Content-Length of the request, in bytes.</summary>
    ContentLength,

    /// <summary>The status code.</summary>
    Status,

    /// <summary>The wait for the response headers, in ticks of <see cref="TimeSpan"/>.</summary>
    Duration,
}
