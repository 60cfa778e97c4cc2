using System.Net;
using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>An address and port to listen on; port 0 lets the system choose one.</summary>
public sealed record ListenAddress(IPEndPoint EndPoint) : IConfigText<ListenAddress>
{
    /// <inheritdoc/>
    public static bool TryParse(string text, out ListenAddress value, out string problem)
    {
        var ok = AddressText.TryParseEndPoint(text, out var endPoint);
        value = new(endPoint ?? new IPEndPoint(IPAddress.None, 0));
        problem = $"\"{text}\" is not an address to listen on; address:port, such as 0.0.0.0:8080 or [::]:8080";
        return ok;
    }

    /// <summary><c>address:port</c>.</summary>
    public override string ToString() => EndPoint.ToString();
}
