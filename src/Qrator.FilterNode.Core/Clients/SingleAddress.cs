using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Clients;

/// <summary>One address; a subnet is refused, because one careless whitelist subnet lets everyone in.</summary>
public sealed record SingleAddress(ClientKey Key) : IConfigText<SingleAddress>
{
    /// <inheritdoc/>
    public static bool TryParse(string text, out SingleAddress value, out string problem)
    {
        var ok = NetworkPrefix.TryParse(text, out var prefix, out _) && prefix.IsSingle;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        problem = slash >= 0 && AddressText.TryParseAddress(text[..slash], out _)
            ? $"\"{text}\" is a subnet; the whitelist takes single addresses only, because a subnet too easily lets everyone in"
            : $"\"{text}\" is not an address; such as 192.0.2.10 or 2001:db8::1";
        value = new(prefix?.Address ?? default);
        return ok;
    }

    /// <summary>The address.</summary>
    public override string ToString() => Key.ToString();
}
