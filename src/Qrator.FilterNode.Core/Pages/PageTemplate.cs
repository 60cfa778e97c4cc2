using System.Text.Unicode;

namespace Qrator.FilterNode.Pages;

/// <summary>
/// An HTML page with places for what differs from answer to answer: <c>{request_id}</c> (32 hex digits) and <c>{time}</c> (such as
/// <c>2026-01-31 23:59:59 UTC</c>). Neither holds a character that means something in HTML. Immutable; safe for any number of threads.
/// </summary>
public sealed class PageTemplate
{
    /// <summary>Bytes of the largest page.</summary>
    public const int MaximumBytes = 1 << 20;

    /// <summary>Bytes of the longest piece, so that a large page can be sent as fast as the client takes it.</summary>
    public const int LongestPiece = 16 << 10;

    private readonly List<PagePiece> _pieces = [];

    private PageTemplate(ReadOnlyMemory<byte> page)
    {
        var (start, at) = (0, 0);
        while (page.Span[at..].IndexOf((byte)'{') is >= 0 and var brace)
        {
            at += brace;
            var (kind, length) = PlaceAt(page.Span[at..]);
            if (length == 0)
            {
                at++;
                continue;
            }

            AddText(page[start..at]);
            _pieces.Add(new(kind, default));
            at += length;
            start = at;
        }

        AddText(page[start..]);
    }

    /// <summary>The page in order.</summary>
    public IReadOnlyList<PagePiece> Pieces => _pieces;

    private static ReadOnlySpan<byte> RequestId => "{request_id}"u8;

    private static ReadOnlySpan<byte> Time => "{time}"u8;

    /// <summary>Reads a page.</summary>
    /// <param name="page">UTF-8.</param>
    /// <param name="template">The page when true is returned.</param>
    /// <param name="problem">What is wrong and what is right, when false is returned.</param>
    public static bool TryParse(byte[] page, out PageTemplate template, out string problem)
    {
        template = null!;
        problem = page.Length == 0 ? "is empty; an HTML page"
            : page.Length > MaximumBytes ? $"has {page.Length} bytes; at most {MaximumBytes}"
            : Utf8.IsValid(page) ? ""
            : "is not UTF-8; save it so";
        if (problem.Length > 0)
        {
            return false;
        }

        template = new(page);
        return true;
    }

    /// <summary>Bytes of an answer.</summary>
    /// <param name="requestId">Bytes of the request id.</param>
    /// <param name="time">Bytes of the time.</param>
    public int LengthWith(int requestId, int time)
    {
        var length = 0;
        foreach (var piece in _pieces)
        {
            length += piece.Kind switch
            {
                PagePieceKind.RequestId => requestId,
                PagePieceKind.Time => time,
                _ => piece.Text.Length,
            };
        }

        return length;
    }

    private static (PagePieceKind Kind, int Length) PlaceAt(ReadOnlySpan<byte> page) =>
        page.StartsWith(RequestId) ? (PagePieceKind.RequestId, RequestId.Length)
        : page.StartsWith(Time) ? (PagePieceKind.Time, Time.Length)
        : (PagePieceKind.Text, 0);

    private void AddText(ReadOnlyMemory<byte> text)
    {
        for (; !text.IsEmpty; text = text[Math.Min(text.Length, LongestPiece)..])
        {
            _pieces.Add(new(PagePieceKind.Text, text[..Math.Min(text.Length, LongestPiece)]));
        }
    }
}
