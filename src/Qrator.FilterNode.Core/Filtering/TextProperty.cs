namespace Qrator.FilterNode.Filtering;

/// <summary>The text properties of a request and its response that a condition can read.</summary>
public enum TextProperty
{
    /// <summary>The request method.</summary>
    Method,

    /// <summary>The decoded path without dot segments, starting with a slash.</summary>
    Path,

    /// <summary>The query as received, without the question mark; empty when there is none.</summary>
    Query,

    /// <summary><c>scheme://host</c> and the raw target as received.</summary>
    RequestUri,

    /// <summary>The host name without port and trailing dot.</summary>
    Host,

    /// <summary>The User-Agent header.</summary>
    UserAgent,

    /// <summary>The Referer header.</summary>
    Referer,

    /// <summary>A request header, by name.</summary>
    Header,

    /// <summary>A cookie, by name.</summary>
    Cookie,

    /// <summary>A header of the origin's response, by name.</summary>
    ResponseHeader,
}
