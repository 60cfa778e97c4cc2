using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>The section <c>ErrorPages</c> of a service: files by the status code that they stand for.</summary>
public sealed record ErrorPagesConfig
{
    private const string Summary =
        "An HTML file in UTF-8, at most 1 MB, relative to the working directory. {request_id} and {time} in it are replaced. A changed file is taken within 2 seconds.";

    /// <summary>Too many bytes of request bodies in flight.</summary>
    [Setting("Too much uploaded at once. " + Summary, Key = "413")]
    public string? PayloadTooLarge { get; init; }

    /// <summary>Over a leaky bucket.</summary>
    [Setting("Over the rate of a RateLimit rule. " + Summary, Key = "429")]
    public string? TooManyRequests { get; init; }

    /// <summary>No connection to an origin, or a broken one.</summary>
    [Setting("No origin can be reached. " + Summary, Key = "502")]
    public string? BadGateway { get; init; }

    /// <summary>Maintenance.</summary>
    [Setting("Maintenance, when it has no page of its own. " + Summary, Key = "503")]
    public string? ServiceUnavailable { get; init; }

    /// <summary>The origin is silent.</summary>
    [Setting("The origin does not answer. " + Summary, Key = "504")]
    public string? GatewayTimeout { get; init; }

    /// <summary>The files that are given.</summary>
    public IEnumerable<(int Status, string Path)> All =>
        from page in new (int Status, string? Path)[]
        {
            (413, PayloadTooLarge), (429, TooManyRequests), (502, BadGateway), (503, ServiceUnavailable), (504, GatewayTimeout),
        }
        where page.Path is not null
        select (page.Status, page.Path);
}
