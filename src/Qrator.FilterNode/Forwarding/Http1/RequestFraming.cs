using Microsoft.AspNetCore.Http.Features;

namespace Qrator.FilterNode.Forwarding.Http1;

/// <summary>How the body of a request to an origin is framed (RFC 9112, section 6).</summary>
internal enum RequestFraming
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>By Content-Length.</summary>
    Length,

    /// <summary>By chunks, as its length is unknown.</summary>
    Chunked,
}

/// <summary>Finds the framing for a client's request.</summary>
internal static class RequestFramings
{
    public static RequestFraming Of(HttpContext context) => context.Request.ContentLength switch
    {
        > 0 => RequestFraming.Length,
        0 => RequestFraming.None,
        _ => context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true } ? RequestFraming.Chunked : RequestFraming.None,
    };
}
