using System.Buffers.Text;
using System.Collections.Frozen;
using System.Text;
using Qrator.FilterNode.Origins;
using Qrator.FilterNode.Requests;

namespace Qrator.FilterNode.Forwarding.Http1;

/// <summary>
/// Puts together the head of a request to an origin (RFC 9112, sections 3 and 5): the target and all headers byte for byte as the client sent
/// them, but for those that stay behind and those that the node sets. Used by one request at a time, again and again.
/// </summary>
internal sealed class RequestHead
{
    private const int MostDigits = 20;

    private static readonly FrozenSet<string> Skipped =
        HopByHop.And("Host", "Content-Length", OriginHeaders.ForwardedFor, OriginHeaders.ForwardedProto, OriginHeaders.RequestId);

    private byte[] _bytes = new byte[2048];
    private int _length;

    /// <summary>The head of a client's request. Valid until the next.</summary>
    public ReadOnlyMemory<byte> Of(HttpContext context, RequestFeature request, OriginSnapshot origin, RequestFraming framing)
    {
        var incoming = context.Request;
        var headers = incoming.Headers;
        _length = 0;
        Add(incoming.Method);
        Add(" "u8);
        Add(RequestTarget.OriginForm(context));
        Add(" HTTP/1.1\r\nHost: "u8);

        // An HTTP/1.0 client need not send one, an HTTP/1.1 origin must get one.
        Add(headers.Host.Count > 0 ? headers.Host.ToString() : origin.Address.EndPoint.ToString());
        AddPassed(headers, joinsCookies: HttpProtocol.IsHttp2(incoming.Protocol));
        Add("\r\nX-Forwarded-For: "u8);
        var received = headers[OriginHeaders.ForwardedFor];
        for (var i = 0; i < received.Count; i++)
        {
            Add(received[i]);
            Add(", "u8);
        }

        Add(request.Connection.PeerText);
        Add("\r\nX-Forwarded-Proto: "u8);
        Add(OriginHeaders.SchemeOf(incoming, request));
        Add("\r\nX-Qrator-RequestID: "u8);
        AddId(request.Id);
        AddFraming(incoming, framing);
        Add("\r\n\r\n"u8);
        return _bytes.AsMemory(0, _length);
    }

    private void AddPassed(IHeaderDictionary headers, bool joinsCookies)
    {
        var nominated = HopByHop.NominatedBy(headers.Connection);
        foreach (var (name, values) in headers)
        {
            if (Skipped.Contains(name) || name.StartsWith(':') || nominated?.Contains(name) == true)
            {
                continue;
            }

            // HTTP/2 clients may send a cookie a line; over HTTP/1.1 there is one line for all (RFC 9113, section 8.2.3).
            var joins = joinsCookies && values.Count > 1 && name.Equals("Cookie", StringComparison.OrdinalIgnoreCase);
            for (var i = 0; i < values.Count; i++)
            {
                if (joins && i > 0)
                {
                    Add("; "u8);
                }
                else
                {
                    Add("\r\n"u8);
                    Add(name);
                    Add(": "u8);
                }

                Add(values[i]);
            }
        }
    }

    private void AddFraming(HttpRequest incoming, RequestFraming framing)
    {
        if (framing == RequestFraming.Chunked)
        {
            Add("\r\nTransfer-Encoding: chunked"u8);
            return;
        }

        // Methods that are made for a body say so when there is none (RFC 9110, section 8.6).
        var length = incoming.ContentLength;
        if (length is null && (HttpMethods.IsPost(incoming.Method) || HttpMethods.IsPut(incoming.Method) || HttpMethods.IsPatch(incoming.Method)))
        {
            length = 0;
        }

        if (length is { } known)
        {
            Add("\r\nContent-Length: "u8);
            Reserve(MostDigits);
            Utf8Formatter.TryFormat(known, _bytes.AsSpan(_length), out var written);
            _length += written;
        }
    }

    /// <summary>Begins a head that somebody else puts together.</summary>
    public void Begin() => _length = 0;

    /// <summary>The head that was put together since <see cref="Begin"/>. Valid until the next.</summary>
    public ReadOnlyMemory<byte> End()
    {
        Add("\r\n\r\n"u8);
        return _bytes.AsMemory(0, _length);
    }

    /// <summary>A header: line end, name, value.</summary>
    public void AddField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Add("\r\n"u8);
        Add(name);
        Add(": "u8);
        Add(value);
    }

    /// <summary>The id of a request, as the origin gets to see it.</summary>
    public void AddId(UInt128 id)
    {
        Reserve(RequestId.Length);
        RequestId.Write(id, _bytes.AsSpan(_length));
        _length += RequestId.Length;
    }

    /// <summary>Bytes as they are.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    /// <summary>Text in Latin-1.</summary>
    public void Add(string? text)
    {
        if (text is not null)
        {
            Reserve(text.Length);
            _length += Encoding.Latin1.GetBytes(text, _bytes.AsSpan(_length));
        }
    }

    private void Reserve(int bytes)
    {
        if (_bytes.Length - _length < bytes)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + bytes));
        }
    }
}
