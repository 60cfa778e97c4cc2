using System.Collections.Frozen;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace Qrator.FilterNode.Forwarding.Http1;

/// <summary>The names of the headers that responses usually have, so that nothing is allocated for them, and Kestrel knows them by reference.</summary>
internal static class KnownHeaders
{
    private static readonly FrozenSet<string> StayBehind = HopByHop.And(HeaderNames.ContentLength);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> StayBehindByText = StayBehind.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly int LongestThatStays = StayBehind.Max(static name => name.Length);

    private static readonly ResponseHeaderName[] Table = Fill(
        HeaderNames.AcceptRanges, HeaderNames.AccessControlAllowCredentials, HeaderNames.AccessControlAllowHeaders,
        HeaderNames.AccessControlAllowMethods, HeaderNames.AccessControlAllowOrigin, HeaderNames.AccessControlExposeHeaders,
        HeaderNames.AccessControlMaxAge, HeaderNames.Age, HeaderNames.Allow, HeaderNames.CacheControl, HeaderNames.Connection,
        HeaderNames.ContentDisposition, HeaderNames.ContentEncoding, HeaderNames.ContentLanguage, HeaderNames.ContentLength,
        HeaderNames.ContentLocation, HeaderNames.ContentRange, HeaderNames.ContentSecurityPolicy, HeaderNames.ContentType, HeaderNames.Date,
        HeaderNames.ETag, HeaderNames.Expires, HeaderNames.KeepAlive, HeaderNames.LastModified, HeaderNames.Link, HeaderNames.Location,
        HeaderNames.Pragma, HeaderNames.RetryAfter, HeaderNames.Server, HeaderNames.SetCookie, HeaderNames.StrictTransportSecurity,
        HeaderNames.TransferEncoding, HeaderNames.Vary, HeaderNames.Via, HeaderNames.WWWAuthenticate, HeaderNames.XContentTypeOptions,
        HeaderNames.XFrameOptions, HeaderNames.XPoweredBy, HeaderNames.XXSSProtection, "Referrer-Policy", "Permissions-Policy", "X-Request-ID",
        "X-Cache", "Content-Security-Policy-Report-Only", "Report-To", "NEL", "Server-Timing", "Timing-Allow-Origin");

    /// <summary>The name of a header as a string.</summary>
    public static string NameOf(ReadOnlySpan<byte> name) => Find(name).Text ?? Encoding.ASCII.GetString(name);

    /// <summary>Whether a header is not passed on: it speaks of the connection, or of the framing.</summary>
    /// <param name="name">Its name: a token.</param>
    /// <param name="known">The name, if it is a usual one; otherwise null.</param>
    public static bool StaysBehind(ReadOnlySpan<byte> name, out string? known)
    {
        var found = Find(name);
        known = found.Text;
        return known is not null ? found.StaysBehind : IsOneThatStays(name);
    }

    private static ResponseHeaderName Find(ReadOnlySpan<byte> name)
    {
        ref readonly var known = ref Table[Slot(name)];
        return known.Text is not null && Ascii.EqualsIgnoreCase(name, known.Text) ? known : default;
    }

    private static bool IsOneThatStays(ReadOnlySpan<byte> name)
    {
        if (name.Length > LongestThatStays)
        {
            return false;
        }

        Span<char> text = stackalloc char[LongestThatStays];
        return StayBehindByText.Contains(text[..Encoding.ASCII.GetChars(name, text)]);
    }

    private static ResponseHeaderName[] Fill(params ReadOnlySpan<string> names)
    {
        // Where two share a slot, the first has it.
        var table = new ResponseHeaderName[512];
        foreach (var name in names)
        {
            ref var slot = ref table[Slot(Encoding.ASCII.GetBytes(name))];
            slot = slot.Text is null ? Make(name) : slot;
        }

        return table;
    }

    private static ResponseHeaderName Make(string name) => new(name, StayBehind.Contains(name));

    private static int Slot(ReadOnlySpan<byte> name) => ((name.Length * 37) ^ ((name[0] | 0x20) * 5) ^ ((name[^1] | 0x20) * 11) ^ ((name[name.Length / 2] | 0x20) * 23)) & 511;
}
