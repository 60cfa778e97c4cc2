using System.Net;
using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Origins;

/// <summary>Where an origin listens: <c>ip:port</c> for HTTP, <c>https://ip:port</c> for HTTPS.</summary>
/// <param name="EndPoint">Address and port (1 to 65535).</param>
/// <param name="Https">Whether the node speaks TLS to it.</param>
public sealed record OriginAddress(IPEndPoint EndPoint, bool Https) : IConfigText<OriginAddress>
{
    private const string HttpPrefix = "http://";
    private const string HttpsPrefix = "https://";

    /// <inheritdoc/>
    public static bool TryParse(string text, out OriginAddress value, out string problem)
    {
        problem = $"\"{text}\" is not an origin; ip:port or https://ip:port, such as 203.0.113.10:80";
        var https = text.StartsWith(HttpsPrefix, StringComparison.OrdinalIgnoreCase);
        var rest = https ? text[HttpsPrefix.Length..]
            : text.StartsWith(HttpPrefix, StringComparison.OrdinalIgnoreCase) ? text[HttpPrefix.Length..]
            : text;
        var ok = AddressText.TryParseEndPoint(rest, out var endPoint) && endPoint.Port > 0;
        value = new(endPoint ?? new IPEndPoint(IPAddress.None, 0), https);
        return ok;
    }

    /// <summary>The address as it stands in the configuration and in metric labels.</summary>
    public override string ToString() => Https ? $"{HttpsPrefix}{EndPoint}" : EndPoint.ToString();
}
