using System.Buffers;
using System.Text;

namespace Qrator.FilterNode.Plain;

/// <summary>
/// The head of a plain request: HTTP/1.1, GET or HEAD, without a body, without anything that speaks of the connection but its end, and with a target and a
/// host that no two parsers read differently. Holds a copy of it as bytes and as characters (Latin-1). Used by one request at a time, again and again.
/// </summary>
internal sealed class PlainHead
{
    // A usual head has a tenth of it; what has more is no plain request.
    private const int MostBytes = 16 << 10;
    private const int MostFields = 64;
    private const int MostTargetBytes = 4 << 10;
    private const int MostHostBytes = 255;

    private static readonly SearchValues<byte> Printable = SearchValues.Create([.. Enumerable.Range('!', '~' - '!' + 1).Select(static c => (byte)c)]);

    private static readonly SearchValues<byte> HostLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-"u8);

    private readonly PlainField[] _fields = new PlainField[MostFields];
    private byte[] _bytes = new byte[1 << 10];
    private char[] _chars = new char[1 << 10];
    private char[] _room = [];
    private int _length;
    private int _fieldCount;
    private int _hostField;
    private int _target;
    private int _targetEnd;
    private int _pathEnd;

    /// <summary>Whether the method is HEAD; otherwise it is GET.</summary>
    public bool IsHead { get; private set; }

    /// <summary>Whether the client wants the connection closed after the response.</summary>
    public bool Closes { get; private set; }

    /// <summary>The whole head with its empty line, as it came.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>The request line without its line end.</summary>
    public ReadOnlySpan<byte> RequestLine => _bytes.AsSpan(0, _targetEnd + " HTTP/1.1".Length);

    /// <summary>The method.</summary>
    public ReadOnlySpan<char> Method => _chars.AsSpan(0, _target - 1);

    /// <summary>The target, from its slash on.</summary>
    public ReadOnlySpan<char> Target => _chars.AsSpan(_target, _targetEnd - _target);

    /// <summary>The target up to its question mark. There is nothing in it to be decoded.</summary>
    public ReadOnlySpan<char> Path => _chars.AsSpan(_target, _pathEnd - _target);

    /// <summary>The target behind its question mark; empty without one.</summary>
    public ReadOnlySpan<char> Query => _pathEnd < _targetEnd ? _chars.AsSpan(_pathEnd + 1, _targetEnd - _pathEnd - 1) : default;

    /// <summary>The header Host.</summary>
    public ReadOnlySpan<char> Host => TextOf(_fields[_hostField]);

    /// <summary>The headers, in the order they came.</summary>
    public ReadOnlySpan<PlainField> Fields => _fields.AsSpan(0, _fieldCount);

    /// <summary>The name of a header as it came.</summary>
    public ReadOnlySpan<byte> NameOf(in PlainField field) => _bytes.AsSpan(field.Name, field.NameLength);

    /// <summary>The value of a header.</summary>
    public ReadOnlySpan<byte> ValueOf(in PlainField field) => _bytes.AsSpan(field.Value, field.ValueLength);

    /// <summary>The value of a header as characters.</summary>
    public ReadOnlySpan<char> TextOf(in PlainField field) => _chars.AsSpan(field.Value, field.ValueLength);

    /// <summary>Finds the next header of a name.</summary>
    /// <param name="name">The name, compared without case.</param>
    /// <param name="next">Where to begin; becomes the place behind the one that was found.</param>
    /// <returns>Its place in <see cref="Fields"/>; -1 when there is none.</returns>
    public int Find(ReadOnlySpan<char> name, ref int next)
    {
        while (next < _fieldCount)
        {
            ref readonly var field = ref _fields[next++];
            if (field.NameLength == name.Length && Ascii.EqualsIgnoreCase(NameOf(field), name))
            {
                return next - 1;
            }
        }

        return -1;
    }

    /// <summary>Room for characters that are needed until the next request, the same at each call.</summary>
    /// <param name="length">How much; MUST NOT grow while it is in use.</param>
    public Span<char> Room(int length)
    {
        if (_room.Length < length)
        {
            _room = new char[length];
        }

        return _room;
    }

    /// <summary>Lets go of what only an unusual request or response has needed.</summary>
    public void LetGo()
    {
        if (_room.Length > MostBytes)
        {
            _room = [];
        }
    }

    /// <summary>Reads a head.</summary>
    /// <param name="head">A message that was found to be a whole one without a body (see <see cref="Qrator.FilterNode.Http1.MessageScanner"/>).</param>
    /// <returns>False when it is not that of a plain request.</returns>
    public bool TryRead(ReadOnlySpan<byte> head)
    {
        if (head.Length > MostBytes || !TryReadRequestLine(head, out var at) || !TryReadFields(head, at))
        {
            return false;
        }

        if (_bytes.Length < head.Length)
        {
            _bytes = new byte[MostBytes];
            _chars = new char[MostBytes];
        }

        _length = head.Length;
        head.CopyTo(_bytes);
        Encoding.Latin1.GetChars(head, _chars);
        return true;
    }

    private bool TryReadRequestLine(ReadOnlySpan<byte> head, out int end)
    {
        IsHead = head.StartsWith("HEAD /"u8);
        _target = IsHead ? "HEAD ".Length : "GET ".Length;
        end = 0;
        if (!IsHead && !head.StartsWith("GET /"u8))
        {
            return false;
        }

        var target = head[_target..];
        target = target[..Math.Max(0, target.IndexOf((byte)' '))];
        _targetEnd = _target + target.Length;
        end = _targetEnd + " HTTP/1.1\r\n".Length;
        if (!head[_targetEnd..].StartsWith(" HTTP/1.1\r\n"u8) || target.Length > MostTargetBytes || target.ContainsAnyExcept(Printable))
        {
            return false;
        }

        var path = target.IndexOf((byte)'?');
        path = path < 0 ? target.Length : path;
        _pathEnd = _target + path;
        return IsLiteral(target[..path]);
    }

    /// <summary>Whether a path is what it looks like: nothing is encoded in it, and no segment of it leads elsewhere.</summary>
    private static bool IsLiteral(ReadOnlySpan<byte> path)
    {
        if (path.Contains((byte)'%'))
        {
            return false;
        }

        while (path.IndexOf("/."u8) is >= 0 and var dot)
        {
            path = path[(dot + 2)..];
            var segment = path.StartsWith("."u8) ? path[1..] : path;
            if (segment.IsEmpty || segment[0] == '/')
            {
                return false;
            }
        }

        return true;
    }

    private bool TryReadFields(ReadOnlySpan<byte> head, int at)
    {
        _fieldCount = 0;
        _hostField = -1;
        Closes = false;
        var saysConnection = false;
        while (head[at] != '\r')
        {
            var colon = at + head[at..].IndexOf((byte)':');
            var end = colon + head[colon..].IndexOf((byte)'\r');
            if (_fieldCount == MostFields || colon < at || end < colon)
            {
                return false;
            }

            var value = head[(colon + 1)..end].TrimStart(" \t"u8);
            var start = end - value.Length;
            value = value.TrimEnd(" \t"u8);
            var kind = PlainFieldKinds.Of(head[at..colon]);
            switch (kind)
            {
                case PlainFieldKind.Host when IsSimpleHost(value):
                    _hostField = _fieldCount;
                    break;
                case PlainFieldKind.Connection when !saysConnection && Ascii.EqualsIgnoreCase(value, "close"u8):
                    Closes = true;
                    saysConnection = true;
                    break;
                case PlainFieldKind.Connection when !saysConnection && Ascii.EqualsIgnoreCase(value, "keep-alive"u8):
                    saysConnection = true;
                    break;
                case PlainFieldKind.Host or PlainFieldKind.Connection or PlainFieldKind.Special:
                    return false;
            }

            _fields[_fieldCount++] = new((ushort)at, (ushort)(colon - at), (ushort)start, (ushort)value.Length, kind);
            at = end + 2;
        }

        return _hostField >= 0;
    }

    /// <summary>Whether it is a name or an IPv4 address, with or without a port.</summary>
    private static bool IsSimpleHost(ReadOnlySpan<byte> host)
    {
        var colon = host.IndexOf((byte)':');
        var name = colon < 0 ? host : host[..colon];
        var port = colon < 0 ? "0"u8 : host[(colon + 1)..];
        return name.Length is > 0 and <= MostHostBytes && !name.ContainsAnyExcept(HostLetters)
            && port.Length is > 0 and <= 5 && !port.ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }
}
