using System.Collections.Frozen;
using System.Text;
using Qrator.FilterNode.Forwarding;
using Qrator.FilterNode.Forwarding.Http1;

namespace Qrator.FilterNode.Plain;

/// <summary>Tells what a header of a request is to the node.</summary>
internal static class PlainFieldKinds
{
    private static readonly FrozenDictionary<string, PlainFieldKind> Kinds = All().ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, PlainFieldKind>.AlternateLookup<ReadOnlySpan<char>> ByText = Kinds.GetAlternateLookup<ReadOnlySpan<char>>();

    // By length, a bit for each first letter: nearly all names are none of these, and need not be looked up.
    private static readonly uint[] Beginnings = Begin();

    /// <summary>The kind of a header.</summary>
    /// <param name="name">Its name: a token.</param>
    public static PlainFieldKind Of(ReadOnlySpan<byte> name)
    {
        if (name.Length >= Beginnings.Length || (Beginnings[name.Length] & BitOf(name[0])) == 0)
        {
            return PlainFieldKind.Passed;
        }

        Span<char> text = stackalloc char[Beginnings.Length];
        return ByText.TryGetValue(text[..Encoding.ASCII.GetChars(name, text)], out var kind) ? kind : PlainFieldKind.Passed;
    }

    private static Dictionary<string, PlainFieldKind> All()
    {
        var kinds = HopByHop.And("Content-Length", "Expect").ToDictionary(static name => name, static _ => PlainFieldKind.Special, StringComparer.OrdinalIgnoreCase);
        kinds["Host"] = PlainFieldKind.Host;
        kinds["Connection"] = PlainFieldKind.Connection;
        kinds[OriginHeaders.ForwardedFor] = PlainFieldKind.ForwardedFor;
        kinds[OriginHeaders.ForwardedProto] = PlainFieldKind.Replaced;
        kinds[OriginHeaders.RequestId] = PlainFieldKind.Replaced;
        return kinds;
    }

    private static uint[] Begin()
    {
        var beginnings = new uint[Kinds.Keys.Max(static name => name.Length) + 1];
        foreach (var name in Kinds.Keys)
        {
            beginnings[name.Length] |= BitOf((byte)name[0]);
        }

        return beginnings;
    }

    private static uint BitOf(byte letter) => 1u << (letter & 31);
}
