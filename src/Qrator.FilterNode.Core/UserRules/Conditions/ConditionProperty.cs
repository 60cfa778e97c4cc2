namespace Qrator.FilterNode.UserRules.Conditions;

/// <summary>What a condition can look at, in the words of the configuration.</summary>
public enum ConditionProperty
{
    /// <summary>The request method; case does not matter.</summary>
    Method,

    /// <summary>The decoded path without dot segments.</summary>
    Path,

    /// <summary>The query as received, without the question mark.</summary>
    Query,

    /// <summary><c>scheme://host</c> and the raw target as received.</summary>
    RequestUri,

    /// <summary>The host name without port; case does not matter.</summary>
    Host,

    /// <summary>The User-Agent header.</summary>
    UserAgent,

    /// <summary>The Referer header.</summary>
    Referer,

    /// <summary>A request header, by name.</summary>
    Header,

    /// <summary>A cookie, by name.</summary>
    Cookie,

    /// <summary>Location or Content-Type of the origin's response.</summary>
    ResponseHeader,

    /// <summary>Content-Length of the request; absent is not 0.</summary>
    ContentLength,

    /// <summary>The status code of the origin's response.</summary>
    Status,

    /// <summary>The wait for the origin's response headers.</summary>
    Duration,

    /// <summary>The client's country.</summary>
    Geo,
}
