using System.Buffers;

namespace Qrator.FilterNode.Forwarding;

/// <summary>
/// Whether the names of an HTTP/2 request's headers are names (RFC 9113, section 8.2.1). Kestrel looks for upper case alone, and anything else in
/// them would be a line of its own on HTTP/1.1. The guard has seen those of HTTP/1 requests.
/// </summary>
internal static class HeaderNameCheck
{
    private static readonly SearchValues<char> Token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public static bool IsPassed(HttpRequest request)
    {
        if (!HttpProtocol.IsHttp2(request.Protocol))
        {
            return true;
        }

        foreach (var (name, _) in request.Headers)
        {
            if (name.AsSpan(name.StartsWith(':') ? 1 : 0) is var rest && (rest.IsEmpty || rest.ContainsAnyExcept(Token)))
            {
                return false;
            }
        }

        return true;
    }
}
