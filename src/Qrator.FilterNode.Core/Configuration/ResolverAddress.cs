using System.Net;
using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>Address and port of a name server.</summary>
public sealed record ResolverAddress(IPEndPoint EndPoint) : IConfigText<ResolverAddress>
{
    /// <inheritdoc/>
    public static bool TryParse(string text, out ResolverAddress value, out string problem)
    {
        var ok = AddressText.TryParseEndPoint(text, out var endPoint) && endPoint is { Port: > 0 };
        value = new(endPoint ?? new IPEndPoint(IPAddress.None, 0));
        problem = $"\"{text}\" is not the address of a name server; address:port, such as 192.0.2.53:53 or [2001:db8::53]:53";
        return ok;
    }

    /// <summary><c>address:port</c>.</summary>
    public override string ToString() => EndPoint.ToString();
}
