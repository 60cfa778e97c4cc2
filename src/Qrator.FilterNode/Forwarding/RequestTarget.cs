using Microsoft.AspNetCore.Http.Features;

namespace Qrator.FilterNode.Forwarding;

/// <summary>The request target (RFC 9112, section 3.2) as received.</summary>
internal static class RequestTarget
{
    /// <summary>
    /// Path and query byte for byte as the client sent them. The absolute form, which is meant for proxies, is cut to its path and query, as
    /// an origin expects them.
    /// </summary>
    public static string OriginForm(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        if (target.StartsWith('/'))
        {
            return target;
        }

        var authority = target.IndexOf("://", StringComparison.Ordinal);
        if (authority < 0)
        {
            return "/";
        }

        var path = target.AsSpan(authority + 3).IndexOfAny('/', '?');
        return path < 0 ? "/"
            : target[authority + 3 + path] == '/' ? target[(authority + 3 + path)..]
            : "/" + target[(authority + 3 + path)..];
    }

    /// <summary>
    /// Whether the target names something that can be asked of an origin: not <c>CONNECT host:port</c>, not <c>OPTIONS *</c>, and nothing that a
    /// request line would be read differently for.
    /// </summary>
    public static bool CanBeForwarded(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        return (target.StartsWith('/') || target.Contains("://", StringComparison.Ordinal))
            && !target.AsSpan().ContainsAnyInRange('\0', ' ') && !target.Contains('\x7f', StringComparison.Ordinal);
    }
}
