using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Clients.ProxyProtocol;

/// <summary>Version 1: one line of text.</summary>
internal static class ProxyHeaderText
{
    // With its line end, from the specification.
    private const int Longest = 107;

    private static ReadOnlySpan<byte> Beginning => "PROXY "u8;

    public static ProxyHeader Read(ReadOnlySpan<byte> bytes)
    {
        var same = bytes.CommonPrefixLength(Beginning);
        if (same < Beginning.Length)
        {
            return same == bytes.Length ? ProxyHeader.Incomplete : ProxyHeader.Malformed;
        }

        var line = bytes[..Math.Min(bytes.Length, Longest)];
        var end = line.IndexOf((byte)'\n');
        if (end < 0)
        {
            return line.Length == Longest ? ProxyHeader.Malformed : ProxyHeader.Incomplete;
        }

        return line[end - 1] == '\r' ? ReadFields(line[Beginning.Length..(end - 1)], end + 1) : ProxyHeader.Malformed;
    }

    private static ProxyHeader ReadFields(ReadOnlySpan<byte> fields, int length)
    {
        // Whatever follows UNKNOWN is to be ignored.
        if (fields.SequenceEqual("UNKNOWN"u8) || fields.StartsWith("UNKNOWN "u8))
        {
            return ProxyHeader.FromSender(length);
        }

        Span<Range> parts = stackalloc Range[6];
        if (!Ascii.IsValid(fields) || fields.Contains((byte)'\r'))
        {
            return ProxyHeader.Malformed;
        }

        var text = Encoding.ASCII.GetString(fields);
        if (text.AsSpan().Split(parts, ' ') != 5)
        {
            return ProxyHeader.Malformed;
        }

        AddressFamily? family = text[parts[0]] switch
        {
            "TCP4" => AddressFamily.InterNetwork,
            "TCP6" => AddressFamily.InterNetworkV6,
            _ => null,
        };
        return family is { } known
            && TryReadAddress(text[parts[1]], known, out var source)
            && TryReadAddress(text[parts[2]], known, out _)
            && IsPort(text[parts[3]])
            && IsPort(text[parts[4]])
                ? ProxyHeader.From(source, length)
                : ProxyHeader.Malformed;
    }

    private static bool TryReadAddress(string text, AddressFamily family, out ClientKey address)
    {
        address = default;
        if (!AddressText.TryParseAddress(text, out var parsed) || parsed.AddressFamily != family)
        {
            return false;
        }

        address = ClientKey.FromAddress(parsed);
        return true;
    }

    private static bool IsPort(string text) =>
        text.Length is > 0 and <= 5
        && (text[0] != '0' || text.Length == 1)
        && ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
