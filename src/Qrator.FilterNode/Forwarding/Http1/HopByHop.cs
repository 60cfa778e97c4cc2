using System.Collections.Frozen;
using Microsoft.Extensions.Primitives;

namespace Qrator.FilterNode.Forwarding.Http1;

/// <summary>Headers that speak of one connection only, or to one proxy only, and stay behind (RFC 9110, section 7.6.1).</summary>
internal static class HopByHop
{
    // Alt-Svc of an origin would lead visitors past the node.
    private static readonly string[] Names =
    [
        "Connection", "Keep-Alive", "Proxy-Connection", "Transfer-Encoding", "TE", "Upgrade", "HTTP2-Settings", "Close", "ALPN", "Alt-Svc",
        "Proxy-Authenticate", "Proxy-Authentication-Info", "Proxy-Authorization", "Proxy-Features", "Proxy-Instruction", "Security-Scheme",
    ];

    /// <summary>These headers and others, compared without case.</summary>
    public static FrozenSet<string> And(params ReadOnlySpan<string> others) => FrozenSet.Create(StringComparer.OrdinalIgnoreCase, [.. Names, .. others]);

    /// <summary>
    /// Removes the headers that the header Connection names. Kestrel cuts a value that has <c>close</c> or <c>keep-alive</c> in it to that word, so
    /// what stood beside it passes.
    /// </summary>
    public static void RemoveNominated(IHeaderDictionary headers)
    {
        if (NominatedBy(headers.Connection) is { } names)
        {
            foreach (var name in names)
            {
                headers.Remove(name);
            }
        }
    }

    /// <summary>The headers that the header Connection names; null when it names none.</summary>
    public static HashSet<string>? NominatedBy(StringValues connection)
    {
        HashSet<string>? names = null;
        for (var i = 0; i < connection.Count; i++)
        {
            if (connection[i] is "keep-alive" or "Keep-Alive" or "close")
            {
                // As nearly all requests have it.
                continue;
            }

            foreach (var range in connection[i].AsSpan().Split(','))
            {
                var name = connection[i].AsSpan()[range].Trim();
                if (!name.IsEmpty && !IsNeeded(name))
                {
                    (names ??= new(StringComparer.OrdinalIgnoreCase)).Add(name.ToString());
                }
            }
        }

        return names;
    }

    // keep-alive and close are options, not headers; what frames or routes the message must stay, whatever a client says about it.
    private static bool IsNeeded(ReadOnlySpan<char> name) =>
        name.Equals("keep-alive", StringComparison.OrdinalIgnoreCase)
        || name.Equals("close", StringComparison.OrdinalIgnoreCase)
        || name.Equals("upgrade", StringComparison.OrdinalIgnoreCase)
        || name.Equals("host", StringComparison.OrdinalIgnoreCase)
        || name.Equals("content-length", StringComparison.OrdinalIgnoreCase)
        || name.Equals("transfer-encoding", StringComparison.OrdinalIgnoreCase)
        || name.Equals("te", StringComparison.OrdinalIgnoreCase)
        || name.Equals("x-forwarded-for", StringComparison.OrdinalIgnoreCase);
}
