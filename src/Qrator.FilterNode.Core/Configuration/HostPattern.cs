using System.Globalization;
using System.Net.Sockets;
using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>
/// A host name that a service answers to: <c>shop.example</c>, <c>*.shop.example</c> (any name below, at any depth) or <c>*</c>.
/// Held in lower case and in the ASCII form of internationalised names (RFC 5890).
/// </summary>
/// <param name="Text">The pattern, normalised.</param>
public sealed record HostPattern(string Text) : IConfigText<HostPattern>
{
    private const int LongestName = 253;
    private const int LongestLabel = 63;

    /// <summary>Whether the pattern matches every host.</summary>
    public bool IsAny => Text == "*";

    /// <summary>Whether the pattern is <c>*.</c> and a name.</summary>
    public bool IsWildcard => Text.StartsWith("*.", StringComparison.Ordinal);

    /// <summary>Whether the pattern is one name: neither a wildcard nor an IP address.</summary>
    public bool IsExactName => !IsAny && !IsWildcard && !AddressText.TryParseAddress(Text, out _);

    /// <summary>For a wildcard, the name below which hosts match, with its leading dot: <c>.shop.example</c>.</summary>
    public string Suffix => Text[1..];

    /// <inheritdoc/>
    public static bool TryParse(string text, out HostPattern value, out string problem)
    {
        value = new("");
        problem = $"\"{text}\" is not a host name; such as shop.example, *.shop.example or * (without scheme, port and path)";
        if (text == "*")
        {
            value = new("*");
            return true;
        }

        var wildcard = text.StartsWith("*.", StringComparison.Ordinal);
        var name = wildcard ? text[2..] : text;
        name = name.EndsWith('.') ? name[..^1] : name;
        var bracketed = name.StartsWith('[') && name.EndsWith(']');
        if (AddressText.TryParseAddress(bracketed ? name[1..^1] : name, out var address))
        {
            value = new(address.ToString());
            return !wildcard && (!bracketed || address.AddressFamily == AddressFamily.InterNetworkV6);
        }

        try
        {
            // Lower case first: under invariant globalisation GetAscii does not fold letters outside ASCII, and browsers do.
            name = new IdnMapping { UseStd3AsciiRules = false }.GetAscii(name.ToLowerInvariant());
        }
        catch (ArgumentException)
        {
            return false;
        }

        value = new(wildcard ? "*." + name : name);
        return name.Length <= LongestName && name.Split('.').All(IsLabel);
    }

    /// <summary>The pattern.</summary>
    public override string ToString() => Text;

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= LongestLabel && label.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_');
}
