using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Clients;

/// <summary>One address; a subnet is refused, because one careless whitelist subnet lets everyone in.</summary>
public sealed record SingleAddress(ClientKey Key) : IConfigText<SingleAddress>
{
    /// <inheritdoc/>
    public static bool TryParse(string text, out SingleAddress value, out string problem)
    {
        var ok = NetworkPrefix.TryParse(text, out var prefix, out problem);
        if (prefix is { IsSingle: false })
        {
            ok = false;
            problem = $"\"{text}\" is a subnet; the whitelist takes single addresses only, because a subnet too easily lets everyone in";
        }

        value = new(prefix?.Address ?? default);
        return ok;
    }

    /// <summary>The address.</summary>
    public override string ToString() => Key.ToString();
}
