using System.Buffers.Text;
using System.Text;

namespace Qrator.FilterNode.Forwarding.Http1;

/// <summary>The head of an origin's response (RFC 9112, sections 4 to 6), read from its bytes for a client.</summary>
internal struct ResponseHead
{
    /// <summary>The bytes that a head may have at most, interim responses before it included.</summary>
    public const int MostBytes = 128 << 10;

    private const int StatusLineBytes = 12;

    // nginx and Apache take a hundred or so from applications; each costs the more, the more there are of its name.
    private const int MostLines = 500;

    // Each is looked for in the whole head.
    private const int MostNominated = 100;

    private string? _nominated;
    private bool _isOld;

    /// <summary>The status code, 100 to 999.</summary>
    public int Status { get; private set; }

    /// <summary>How the body is framed.</summary>
    public ResponseFraming Framing { get; private set; }

    /// <summary>The bytes of the body, where they are known.</summary>
    public long? Length { get; private set; }

    /// <summary>Whether the origin closes the connection after this response.</summary>
    public bool Closes { get; private set; }

    /// <summary>Whether this is not the response yet (RFC 9110, section 15.2).</summary>
    public readonly bool IsInterim => Status < 200;

    /// <summary>Whether what has come cannot become a head any more.</summary>
    public static bool IsNone(ReadOnlySpan<byte> bytes)
    {
        var start = "HTTP/1."u8;
        var length = Math.Min(bytes.Length, start.Length);
        return bytes.Length >= MostBytes || !bytes[..length].SequenceEqual(start[..length]);
    }

    /// <summary>The length of a head with its empty line.</summary>
    /// <param name="bytes">What has come.</param>
    /// <param name="scanned">How much of it was looked through before; 0 at first.</param>
    /// <returns>-1 when its end has not come yet.</returns>
    public static int FindEnd(ReadOnlySpan<byte> bytes, ref int scanned)
    {
        while (true)
        {
            var newline = bytes[scanned..].IndexOf((byte)'\n');
            if (newline < 0)
            {
                scanned = bytes.Length;
                return -1;
            }

            newline += scanned;
            var next = newline + 1;
            if (next < bytes.Length && bytes[next] == '\r')
            {
                next++;
            }

            if (next >= bytes.Length)
            {
                scanned = newline;
                return -1;
            }

            if (bytes[next] == '\n')
            {
                return next + 1;
            }

            scanned = next;
        }
    }

    /// <summary>Reads a head. Those of interim responses are read no further than their status.</summary>
    /// <param name="head">The head with its empty line; what it holds is changed.</param>
    /// <param name="client">Who gets status, reason and headers.</param>
    /// <param name="texts">What the heads before it on the connection had.</param>
    /// <returns>False when it is none; then the client's side may have got some of it.</returns>
    /// <exception cref="InvalidOperationException">It has a header that cannot be sent to a client.</exception>
    public bool TryRead(Span<byte> head, Downstream client, RepeatedTexts texts)
    {
        var length = head.Length;
        if (!HeaderLine.TryTake(ref head, out var line) || !TryReadStatus(line))
        {
            return false;
        }

        if (IsInterim)
        {
            return true;
        }

        var reason = line.Length > StatusLineBytes ? line[(StatusLineBytes + 1)..] : default;
        client.Begin(Status, HeaderLine.IsForbidden(reason) ? default : reason, length);
        if (!TryReadHeaders(head, client, texts))
        {
            return false;
        }

        Frame(client.IsHead);
        client.Frame(Framing, Length);
        return true;
    }

    private bool TryReadStatus(ReadOnlySpan<byte> line)
    {
        if (line.Length < StatusLineBytes || !line.StartsWith("HTTP/1."u8) || line[8] != ' ' || (line.Length > StatusLineBytes && line[StatusLineBytes] != ' ')
            || !Utf8Parser.TryParse(line[9..StatusLineBytes], out uint status, out var digits) || digits != 3 || status < 100)
        {
            return false;
        }

        Status = (int)status;
        _isOld = line[7] == '0';
        Closes = _isOld;
        return line[7] is (byte)'0' or (byte)'1';
    }

    private bool TryReadHeaders(Span<byte> lines, Downstream client, RepeatedTexts texts)
    {
        for (var count = 0; HeaderLine.TryTake(ref lines, out var line) && line.Length > 0; count++)
        {
            if (count == MostLines || !HeaderLine.TrySplit(line, out var name, out var value))
            {
                return false;
            }

            if (!KnownHeaders.StaysBehind(name, out var known))
            {
                client.Add(known, name, value, count, texts);
            }
            else if (!TryReadSkipped(name, value))
            {
                return false;
            }
        }

        return TryRemoveNominated(client);
    }

    private bool TryReadSkipped(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (Ascii.EqualsIgnoreCase(name, "Content-Length"u8))
        {
            // Nothing but digits, and where it is said twice, the same (RFC 9112, section 6.3).
            if (!Utf8Parser.TryParse(value, out long length, out var digits) || digits != value.Length || value[0] is (byte)'+' or (byte)'-' || (Length ?? length) != length)
            {
                return false;
            }

            Length = length;
        }
        else if (Ascii.EqualsIgnoreCase(name, "Transfer-Encoding"u8))
        {
            // The node asks for no other coding, and one that is applied twice cannot be undone once.
            if (!Ascii.EqualsIgnoreCase(value, "chunked"u8) || Framing == ResponseFraming.Chunked)
            {
                return false;
            }

            Framing = ResponseFraming.Chunked;
        }
        else if (Ascii.EqualsIgnoreCase(name, "Connection"u8) && !Ascii.EqualsIgnoreCase(value, "keep-alive"u8))
        {
            var text = Encoding.Latin1.GetString(value);
            Closes |= text.Contains("close", StringComparison.OrdinalIgnoreCase);
            _nominated = _nominated is null ? text : $"{_nominated},{text}";
        }

        return true;
    }

    private readonly bool TryRemoveNominated(Downstream client)
    {
        if (_nominated is null)
        {
            return true;
        }

        var count = 0;
        foreach (var range in _nominated.AsSpan().Split(','))
        {
            var name = _nominated.AsSpan()[range].Trim();
            if (!name.IsEmpty && !name.Equals("close", StringComparison.OrdinalIgnoreCase) && !name.Equals("keep-alive", StringComparison.OrdinalIgnoreCase))
            {
                if (++count > MostNominated)
                {
                    return false;
                }

                client.Remove(name);
            }
        }

        return true;
    }

    private void Frame(bool isHead)
    {
        var isChunked = Framing == ResponseFraming.Chunked;
        if (isChunked && (_isOld || Length is not null))
        {
            // A sign of smuggling; the chunks count (RFC 9112, section 6.3), and the connection carries nothing more.
            Closes = true;
            Length = null;
        }

        // A server must not frame what has no body (RFC 9112, section 6.3); what it sends of one is not the next response.
        var hasNone = Status is StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent or StatusCodes.Status304NotModified;
        Closes |= hasNone && isChunked;
        if (Status == StatusCodes.Status204NoContent)
        {
            Closes |= Length > 0;
            Length = null;
        }
        else if (Status == StatusCodes.Status205ResetContent)
        {
            // There must be none either (RFC 9110, section 15.3.6), but who reads it cannot tell that by the status.
            Closes |= !isHead && Length is not 0;
            Length = 0;
        }

        if (isHead || hasNone)
        {
            Framing = ResponseFraming.None;
        }
        else if (!isChunked)
        {
            Framing = Length switch { 0 => ResponseFraming.None, null => ResponseFraming.UntilClose, _ => ResponseFraming.Length };
            Closes |= Length is null;
        }
    }
}
