using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Qrator.FilterNode.Forwarding.Http1;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Plain;

/// <summary>
/// Writes a response to the client of a plain request (RFC 9112): its head is put together in the output's own memory, and can be begun anew until the first
/// byte behind it is written. Used by one thread at a time.
/// </summary>
internal struct PlainResponse
{
    // What the node may add to a head: the reason, the framing, the date and the end, and for each line of it (500 at most) a space and a carriage return.
    private const int MostAdded = 512 + (2 * 500);

    private readonly PipeWriter _output;
    private readonly NodeClock _clock;
    private Memory<byte> _room;
    private int _length;
    private int _fields;
    private bool _hasDate;
    private bool _isChunked;
    private bool _closes;

    /// <param name="output">What goes to the client.</param>
    /// <param name="clock">Tells the date, where the origin does not.</param>
    public PlainResponse(PipeWriter output, NodeClock clock)
    {
        _output = output;
        _clock = clock;
    }

    /// <summary>The status code; 0 before there is one.</summary>
    public int Status { get; private set; }

    /// <summary>The Content-Length; null when there is none.</summary>
    public long? Length { get; private set; }

    /// <summary>Whether the head cannot be taken back.</summary>
    public bool IsCommitted { get; private set; }

    /// <summary>The lines of the headers so far.</summary>
    public readonly ReadOnlyMemory<byte> Fields => _room[_fields.._length];

    /// <inheritdoc cref="Downstream.Begin"/>
    public void Begin(int status, ReadOnlySpan<byte> reason, int most)
    {
        _room = _output.GetMemory(most + MostAdded);
        _length = 0;
        _hasDate = false;
        _isChunked = false;
        Length = null;
        Status = status;
        Put("HTTP/1.1 "u8);
        Utf8Formatter.TryFormat(status, _room.Span[_length..], out var digits);
        _length += digits;
        Put(" "u8);
        if (reason.IsEmpty)
        {
            _length += Encoding.ASCII.GetBytes(ReasonPhrases.GetReasonPhrase(status), _room.Span[_length..]);
        }
        else
        {
            Put(reason);
        }

        Put("\r\n"u8);
        _fields = _length;
    }

    /// <summary>A header.</summary>
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        _hasDate |= name.Length == 4 && Ascii.EqualsIgnoreCase(name, "date"u8);
        Put(name);
        Put(": "u8);
        Put(value);
        Put("\r\n"u8);
    }

    /// <summary>Takes back all headers of a name.</summary>
    public void Remove(ReadOnlySpan<char> name)
    {
        _hasDate &= !name.Equals("date", StringComparison.OrdinalIgnoreCase);
        var kept = _fields;
        var room = _room.Span;
        for (var at = _fields; at < _length;)
        {
            var end = at + room[at.._length].IndexOf((byte)'\n') + 1;
            if (end - at <= name.Length || room[at + name.Length] != ':' || !Ascii.EqualsIgnoreCase(room.Slice(at, name.Length), name))
            {
                room[at..end].CopyTo(room[kept..]);
                kept += end - at;
            }

            at = end;
        }

        _length = kept;
    }

    /// <summary>All headers of the origin's are there.</summary>
    /// <param name="framing">How the origin frames the body.</param>
    /// <param name="length">The Content-Length, if one is to be told.</param>
    /// <param name="closes">Whether the connection ends with the response.</param>
    public void Frame(ResponseFraming framing, long? length, bool closes)
    {
        _closes = closes;
        _isChunked = length is null && framing != ResponseFraming.None;
        if (length is { } known)
        {
            PutLength(known);
        }
    }

    /// <summary>A piece of the body.</summary>
    public void Write(ReadOnlySpan<byte> piece)
    {
        Commit();
        if (!_isChunked)
        {
            Pass(piece);
            return;
        }

        if (piece.IsEmpty)
        {
            return;
        }

        const int mostDigits = 8;
        var size = _output.GetSpan(mostDigits + 2);
        Utf8Formatter.TryFormat(piece.Length, size, out var digits, 'x');
        "\r\n"u8.CopyTo(size[digits..]);
        _output.Advance(digits + 2);
        Pass(piece);
        _output.Write("\r\n"u8);
    }

    /// <summary>The body is complete.</summary>
    public void End()
    {
        if (_isChunked && !IsCommitted)
        {
            // It was empty, of which there is a shorter way to tell.
            _isChunked = false;
            PutLength(0);
        }

        Commit();
        if (_isChunked)
        {
            _output.Write("0\r\n\r\n"u8);
        }
    }

    /// <summary>From now on the head is what it is.</summary>
    public void Commit()
    {
        if (IsCommitted)
        {
            return;
        }

        IsCommitted = true;
        if (_isChunked)
        {
            Put("Transfer-Encoding: chunked\r\n"u8);
        }

        if (!_hasDate)
        {
            Put("Date: "u8);
            _clock.UtcNow.TryFormat(_room.Span[_length..], out var written, "r", CultureInfo.InvariantCulture);
            _length += written;
            Put("\r\n"u8);
        }

        Put(_closes ? "Connection: close\r\n\r\n"u8 : "\r\n"u8);
        _output.Advance(_length);
        _room = default;
    }

    // In one copy: room that is asked for without a size comes in pieces, and what is there is moved each time.
    private void Pass(ReadOnlySpan<byte> piece)
    {
        piece.CopyTo(_output.GetSpan(piece.Length));
        _output.Advance(piece.Length);
    }

    private void PutLength(long length)
    {
        Length = length;
        Put("Content-Length: "u8);
        Utf8Formatter.TryFormat(length, _room.Span[_length..], out var digits);
        _length += digits;
        Put("\r\n"u8);
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_room.Span[_length..]);
        _length += bytes.Length;
    }
}
