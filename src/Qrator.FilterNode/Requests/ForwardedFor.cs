using Microsoft.Extensions.Primitives;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Requests;

/// <summary>Reads X-Forwarded-For.</summary>
internal static class ForwardedFor
{
    // A proxy chain has a handful of hops; a stranger's header may have thousands.
    private const int MostHops = 64;

    /// <summary>
    /// The right-most address that is no trusted proxy. Every proxy appends the address it saw, so everything left of that one is
    /// hearsay. Where something that is no address stands in the way, the last trusted address counts.
    /// </summary>
    /// <param name="header">The header's values in the order received.</param>
    /// <param name="peer">The other end of the connection, a trusted proxy.</param>
    /// <param name="proxies">The trusted proxies.</param>
    public static ClientKey Client(StringValues header, ClientKey peer, PrefixSet proxies)
    {
        var client = peer;
        var hops = 0;
        for (var i = header.Count - 1; i >= 0; i--)
        {
            var rest = header[i].AsSpan();
            while (!rest.IsEmpty && hops++ < MostHops)
            {
                var comma = rest.LastIndexOf(',');
                var hop = rest[(comma + 1)..].Trim();
                rest = comma < 0 ? [] : rest[..comma];
                if (!TryParse(hop, out var address))
                {
                    return client;
                }

                client = address;
                if (!proxies.Contains(address))
                {
                    return client;
                }
            }
        }

        return client;
    }

    /// <summary><c>address</c>, <c>address:port</c> (some proxies write it) or <c>[address]:port</c>.</summary>
    private static bool TryParse(ReadOnlySpan<char> hop, out ClientKey address)
    {
        address = default;
        if (hop.StartsWith('['))
        {
            var end = hop.IndexOf(']');
            hop = end < 0 ? hop : hop[1..end];
        }
        else if (hop.Count(':') == 1)
        {
            hop = hop[..hop.IndexOf(':')];
        }

        if (!System.Net.IPAddress.TryParse(hop, out var parsed))
        {
            return false;
        }

        address = ClientKey.FromAddress(parsed);
        return true;
    }
}
