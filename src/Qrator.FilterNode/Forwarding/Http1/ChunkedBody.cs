using System.Buffers.Text;
using Microsoft.Extensions.Primitives;

namespace Qrator.FilterNode.Forwarding.Http1;

/// <summary>Takes a chunked body apart (RFC 9112, section 7.1).</summary>
internal struct ChunkedBody
{
    // The line of a chunk's size with its extensions, and all trailers.
    private const int MostLineBytes = 16 << 10;
    private const int MostTrailers = 100;

    private enum Part
    {
        Size,
        Data,
        DataEnd,
        Trailers,
        Complete,
    }

    private Part _part;
    private long _left;
    private int _trailerBytes;

    /// <summary>Whether the last chunk and the trailers were read.</summary>
    public readonly bool IsComplete => _part == Part.Complete;

    /// <summary>The trailers, in the order received; null where there are none.</summary>
    public List<(string Name, StringValues Value)>? Trailers { get; private set; }

    /// <summary>Goes through framing up to the next data.</summary>
    /// <param name="bytes">What has come and was not taken; lines in it are changed.</param>
    /// <param name="framing">The bytes of framing to take off the front.</param>
    /// <param name="data">The bytes of data behind them. 0 when more bytes are needed, or the body is complete.</param>
    /// <returns>False when this is no chunked body.</returns>
    public bool TryNext(Span<byte> bytes, out int framing, out int data)
    {
        var rest = bytes;
        data = 0;
        while (_part is not (Part.Data or Part.Complete))
        {
            var before = rest.Length;
            if (!TryTakeLine(ref rest, out var line))
            {
                framing = bytes.Length - rest.Length;
                return rest.Length <= MostLineBytes;
            }

            if (!TryRead(line, before - rest.Length))
            {
                framing = 0;
                return false;
            }
        }

        framing = bytes.Length - rest.Length;
        if (_part == Part.Data)
        {
            data = (int)Math.Min(_left, rest.Length);
            _left -= data;
            if (_left == 0)
            {
                _part = Part.DataEnd;
            }
        }

        return true;
    }

    private readonly bool TryTakeLine(ref Span<byte> rest, out Span<byte> line)
    {
        // Only the lines of trailers may be folded, which shows by what follows them.
        if (_part == Part.Trailers && rest is not [(byte)'\n', ..] and not [(byte)'\r', (byte)'\n', ..] && rest.IndexOf((byte)'\n') == rest.Length - 1)
        {
            line = default;
            return false;
        }

        if (_part == Part.Trailers)
        {
            return HeaderLine.TryTake(ref rest, out line);
        }

        var newline = rest.IndexOf((byte)'\n');
        line = newline < 0 ? default : rest[..(newline > 0 && rest[newline - 1] == '\r' ? newline - 1 : newline)];
        rest = rest[(newline + 1)..];
        return newline >= 0;
    }

    private bool TryRead(ReadOnlySpan<byte> line, int bytes)
    {
        switch (_part)
        {
            case Part.Size:
                return TryReadSize(line);
            case Part.DataEnd:
                _part = Part.Size;
                return line.IsEmpty;
            default:
                _trailerBytes += bytes;
                return _trailerBytes <= MostLineBytes && TryReadTrailer(line);
        }
    }

    private bool TryReadSize(ReadOnlySpan<byte> line)
    {
        // Hexadecimal digits, then nothing, white space or an extension.
        if (!Utf8Parser.TryParse(line, out long size, out var digits, 'x') || size < 0 || line[0] is (byte)'+' or (byte)'-'
            || (digits < line.Length && line[digits] is not ((byte)';' or (byte)' ' or (byte)'\t')))
        {
            return false;
        }

        _left = size;
        _part = size == 0 ? Part.Trailers : Part.Data;
        return true;
    }

    private bool TryReadTrailer(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty)
        {
            _part = Part.Complete;
            return true;
        }

        if (Trailers?.Count == MostTrailers || !HeaderLine.TrySplit(line, out var name, out var value))
        {
            return false;
        }

        (Trailers ??= []).Add((KnownHeaders.NameOf(name), System.Text.Encoding.Latin1.GetString(value)));
        return true;
    }
}
