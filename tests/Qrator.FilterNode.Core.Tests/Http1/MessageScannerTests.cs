using System.Text;
using Qrator.FilterNode.Offences;

namespace Qrator.FilterNode.Http1;

public sealed class MessageScannerTests
{
    private const string Post = "POST / HTTP/1.1\r\nHost: a\r\n";
    private const string Chunked = Post + "Transfer-Encoding: chunked\r\n\r\n";

    /// <summary>Messages, and what is wrong with them; the second text is what was read when it was found, from the start of the bad line on.</summary>
    public static TheoryData<string, Violation, string> Broken => new()
    {
        { "\n", Violation.BareLineFeed, "\n" },
        { "\r\r", Violation.BareCarriageReturn, "\r\r" },
        { " GET / HTTP/1.1", Violation.RequestLine, " " },
        { "GET / HTTP/2.0\r\n", Violation.RequestLine, "GET / HTTP/2" },
        { "GET / HTTP/1.1 \r\n", Violation.RequestLine, "GET / HTTP/1.1 " },
        { "GET /\u007f HTTP/1.1\r\n", Violation.ControlCharacter, "GET /\u007f" },
        { "GET / HTTP/1.1\r\nHost: a\r\nA\u0080: b", Violation.HeaderName, "A\u0080" },
        { "GET / HTTP/1.1\r\nHost: a\r\nA\t: b", Violation.HeaderName, "A\t" },
        { "GET / HTTP/1.1\r\nHost: a\r\n\tb", Violation.LineFolding, "\t" },
        { "GET / HTTP/1.1\r\nHost: a\r\nA: \u001f", Violation.ControlCharacter, "A: \u001f" },
        { "GET / HTTP/1.1\r\nA: b\r\n\r\n", Violation.Host, "\r\n" },
        { "GET / HTTP/1.1\r\nHost: \t \r\n\r\n", Violation.Host, "Host: \t \r" },
        { Post + "HOST: b", Violation.Host, "HOST:" },
        { Post + "Content-Length: 9223372036854775808\r\n", Violation.ContentLength, "Content-Length: 9223372036854775808" },
        { Post + "Content-Length: 1\r\nCONTENT-LENGTH: 1\r\n", Violation.ContentLength, "CONTENT-LENGTH:" },
        { Post + "Content-Length: 1\r\nTransfer-Encoding: chunked", Violation.TwoLengths, "Transfer-Encoding:" },
        { Post + "Transfer-Encoding: chunkedx\r\n", Violation.TransferEncoding, "Transfer-Encoding: chunkedx" },
        { Post + "Transfer-Encoding: chunke\r\n", Violation.TransferEncoding, "Transfer-Encoding: chunke\r" },
        { Post + "Transfer-Encoding: chun ked\r\n", Violation.TransferEncoding, "Transfer-Encoding: chun " },
        { Post + "Transfer-Encoding: chunked, chunked\r\n", Violation.TransferEncoding, "Transfer-Encoding: chunked," },
        { "GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n", Violation.TransferEncoding, "Transfer-Encoding:" },
        { Chunked + "g", Violation.ChunkSize, "g" },
        { Chunked + "000000001", Violation.ChunkSize, "000000001" },
        { Chunked + "80000000", Violation.ChunkSize, "80000000" },
        { Chunked + "1\r\naXX", Violation.ChunkEnd, "X" },
        { Chunked + "1\r\na\rX", Violation.ChunkEnd, "\rX" },
        { Chunked + "1;a\u0001", Violation.ControlCharacter, "1;a\u0001" },
        { Chunked + "0\r\nHost: b", Violation.Trailer, "Host:" },
        { Chunked + "0\r\n\n", Violation.BareLineFeed, "\n" },
    };

    /// <summary>Whole messages, with what follows them.</summary>
    public static TheoryData<string> Whole => new()
    {
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
        "GET / HTTP/1.0\r\nHost:\r\n\r\n",
        "G!T /\u00e9?\u00ff HTTP/1.1\r\nHost:a\r\nX:\r\nY: \u00e9\t\u00ff \r\n\r\n",
        Post + "Content-Length: 0\r\n\r\n",
        Post + "Content-Length: 13\r\n\r\nGET / HTTP/1\n",
        Post + "Content-Lengt: x\r\nContent-Length-: y\r\nTransfer-Encodings: z\r\nHos: b\r\n\r\n",
        Post + "Transfer-Encoding:\tCHUNKED\t\r\n\r\n0\r\n\r\n",
        Chunked + "a ; b = \"c\"\r\n0123456789\r\nF\r\n0123456789abcde\r\n000;\r\nX: y\r\n\r\n",
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void What_parsers_could_read_differently_is_found_where_it_stands(string message, Violation violation, string line)
    {
        foreach (var size in new[] { message.Length, 3, 1 })
        {
            var scanner = default(MessageScanner);
            var read = Feed(ref scanner, message, size);

            scanner.Violation.ShouldBe(violation);
            scanner.IsComplete.ShouldBeFalse();
            message[(read - (int)scanner.LineBytes)..read].ShouldBe(line);
        }
    }

    [Theory]
    [MemberData(nameof(Whole))]
    public void A_good_message_ends_where_it_ends_and_not_a_byte_later(string message)
    {
        foreach (var size in new[] { message.Length + 4, 3, 1 })
        {
            var scanner = default(MessageScanner);
            Feed(ref scanner, message + "next", size).ShouldBe(message.Length);
            scanner.IsComplete.ShouldBeTrue();
            scanner.Violation.ShouldBe(Violation.None);

            scanner.Next();
            Feed(ref scanner, message, size).ShouldBe(message.Length);
        }
    }

    [Fact]
    public void The_order_of_the_headers_is_the_same_however_the_bytes_are_cut_and_whatever_the_values()
    {
        static string Head(string value) => $"GET / HTTP/1.1\r\nHost: {value}\r\nA: {value}\r\nDNT: 1\r\nUser-Agent: {value}\r\nAccept-Encoding: x\r\nUpgrade-Insecure-Requests: {value}\r\n\r\n";
        var orders =
            from head in new[] { Head("a"), Head("bcd") }
            from size in new[] { 1, 2, 3, 7, 1_000 }
            select OrderOf(head, size);

        orders.Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public void Other_headers_in_another_order_or_spelling_are_another_order()
    {
        string[] heads =
        [
            "", "A: b\r\n", "a: b\r\n", "A: b\r\nA: b\r\n", "A: b\r\nDNT: 1\r\n", "DNT: 1\r\nA: b\r\n",
            "Sec-Fetch-Site: b\r\nSec-Fetch-Mode: b\r\n", "Sec-Fetch-Mode: b\r\nSec-Fetch-Site: b\r\n",
            "Accept-Encoding: b\r\nAccept-Language: b\r\n", "Accept-Language: b\r\nAccept-Encoding: b\r\n",
            "If-Modified-Since: b\r\n", "If-Unmodified-Since: b\r\n", "Upgrade-Insecure-Requests: 1\r\n",
        ];
        var orders = heads.Select(head => OrderOf($"GET / HTTP/1.1\r\nHost: a\r\n{head}\r\n", 1_000)).ToList();

        orders.Distinct().Count().ShouldBe(heads.Length);
        orders.ShouldAllBe(order => order != 0);
    }

    [Fact]
    public void Extensions_of_all_chunks_together_have_a_limit()
    {
        var chunk = "1;" + new string('x', 1000) + "\r\na\r\n";
        var scanner = default(MessageScanner);
        Feed(ref scanner, Chunked + string.Concat(Enumerable.Repeat(chunk, 4)), 100);
        scanner.Violation.ShouldBe(Violation.None);
        Feed(ref scanner, chunk, 100);
        scanner.Violation.ShouldBe(Violation.ChunkExtension);
    }

    [Fact]
    public void A_body_of_terabytes_is_no_more_work_than_its_reads()
    {
        var scanner = default(MessageScanner);
        Feed(ref scanner, Post + "Content-Length: 999999999999999999\r\n\r\n", 1000);
        scanner.IsInBody.ShouldBeTrue();
        var block = new byte[1 << 20];
        scanner.Scan(block).ShouldBe(block.Length);
        scanner.IsComplete.ShouldBeFalse();
    }

    [Fact]
    public void Scanning_allocates_nothing()
    {
        var message = Encoding.Latin1.GetBytes(Chunked + "5;a\r\nhello\r\n0\r\nX: y\r\n\r\n");
        Allocations.Of(() =>
        {
            var scanner = default(MessageScanner);
            return scanner.Scan(message);
        }).ShouldBe(0);
    }

    private static ulong OrderOf(string head, int size)
    {
        var scanner = default(MessageScanner);
        Feed(ref scanner, head, size);
        scanner.IsComplete.ShouldBeTrue();
        return scanner.HeaderOrder;
    }

    internal static int Feed(ref MessageScanner scanner, string text, int size)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        var at = 0;
        while (at < bytes.Length)
        {
            var piece = bytes.AsSpan(at, Math.Min(size, bytes.Length - at));
            var read = scanner.Scan(piece);
            at += read;
            if (read < piece.Length || scanner.Violation != Violation.None)
            {
                break;
            }
        }

        return at;
    }
}
