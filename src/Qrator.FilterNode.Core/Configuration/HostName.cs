namespace Qrator.FilterNode.Configuration;

/// <summary>Host names as requests carry them.</summary>
public static class HostName
{
    /// <summary>The name in a Host header (RFC 9110, section 7.2) without port, brackets and one trailing dot. Allocates nothing.</summary>
    public static ReadOnlySpan<char> Of(ReadOnlySpan<char> hostHeader)
    {
        if (hostHeader.Length > 0 && hostHeader[0] == '[')
        {
            var end = hostHeader.IndexOf(']');
            return end < 0 ? hostHeader : hostHeader[1..end];
        }

        var colon = hostHeader.LastIndexOf(':');
        var host = colon < 0 ? hostHeader : hostHeader[..colon];
        return host.Length > 0 && host[^1] == '.' ? host[..^1] : host;
    }
}
