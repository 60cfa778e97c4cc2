using System.Globalization;

namespace Qrator.FilterNode.Configuration;

/// <summary>Host names as requests carry them.</summary>
public static class HostName
{
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = false };

    /// <summary>
    /// The server name of a TLS handshake (RFC 6066, section 3), which .NET shows decoded, in the ASCII form that hosts are compared in. Names
    /// without letters outside ASCII, nearly all, come back as they are; one that has no ASCII form comes back too and matches no host.
    /// </summary>
    public static string OfServerName(string serverName)
    {
        if (System.Text.Ascii.IsValid(serverName))
        {
            return serverName;
        }

        try
        {
            return Idn.GetAscii(serverName);
        }
        catch (ArgumentException)
        {
            return serverName;
        }
    }

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
