using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Qrator.FilterNode.Pages;

namespace Qrator.FilterNode.ErrorPages;

/// <summary>Sends a page with its places filled.</summary>
internal static class ErrorPage
{
    /// <summary>How the time is written on pages, in UTC.</summary>
    public const string TimeFormat = "yyyy-MM-dd HH:mm:ss 'UTC'";

    private const int RequestIdLength = 32;
    private const int TimeLength = 23;

    // Larger pages are sent in parts, at the speed of the client, so that a slow one does not hold the page in memory.
    private const int MostAtOnce = 2 * PageTemplate.LongestPiece;

    /// <summary>Bytes of the page.</summary>
    public static int Length(PageTemplate page) => page.LengthWith(RequestIdLength, TimeLength);

    /// <summary>Writes the page.</summary>
    public static async Task WriteAsync(PipeWriter output, PageTemplate page, string requestId, DateTimeOffset now, CancellationToken aborted)
    {
        var unsent = 0;
        for (var i = 0; i < page.Pieces.Count; i++)
        {
            unsent += Write(output, page.Pieces[i], requestId, now);
            if (unsent >= MostAtOnce)
            {
                await output.FlushAsync(aborted);
                unsent = 0;
            }
        }

        await output.FlushAsync(aborted);
    }

    private static int Write(PipeWriter output, in PagePiece piece, string requestId, DateTimeOffset now)
    {
        var length = piece.Kind switch
        {
            PagePieceKind.RequestId => RequestIdLength,
            PagePieceKind.Time => TimeLength,
            _ => piece.Text.Length,
        };
        var span = output.GetSpan(length);
        switch (piece.Kind)
        {
            case PagePieceKind.RequestId:
                Encoding.ASCII.GetBytes(requestId, span);
                break;
            case PagePieceKind.Time:
                now.UtcDateTime.TryFormat(span, out _, TimeFormat, CultureInfo.InvariantCulture);
                break;
            default:
                piece.Text.Span.CopyTo(span);
                break;
        }

        output.Advance(length);
        return length;
    }
}
