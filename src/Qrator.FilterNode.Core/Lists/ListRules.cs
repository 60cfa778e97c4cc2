using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Lists;

/// <summary>What an operator may put on a list, in the configuration or through the API.</summary>
public static class ListRules
{
    /// <summary>The shortest IPv4 subnet.</summary>
    public const int WidestIPv4 = 8;

    /// <summary>The shortest IPv6 subnet.</summary>
    public const int WidestIPv6 = 19;

    /// <summary>The longest comment, in characters.</summary>
    public const int LongestComment = 256;

    /// <summary>Whether a list takes a client or subnet; if not, why.</summary>
    /// <param name="kind">The list.</param>
    /// <param name="key">Who.</param>
    /// <param name="identity">How clients are told from subnets.</param>
    /// <param name="problem">What is wrong, and what is right.</param>
    public static bool Accept(ListKind kind, NetworkPrefix key, ClientIdentity identity, out string problem)
    {
        var widest = key.Address.IsIPv4 ? WidestIPv4 : WidestIPv6;
        problem = kind == ListKind.Whitelist && !identity.IsClient(key)
            ? $"{key} is a subnet; the whitelist takes single addresses only, because a subnet too easily lets everyone in"
            : key.Length < widest ? $"{key} is too wide; /{widest} or longer" : "";
        return problem.Length == 0;
    }
}
