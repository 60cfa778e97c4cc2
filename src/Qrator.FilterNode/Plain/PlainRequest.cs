using System.IO.Pipelines;
using Microsoft.Extensions.Primitives;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Forwarding;
using Qrator.FilterNode.Forwarding.Http1;
using Qrator.FilterNode.Origins;
using Qrator.FilterNode.Requests;

namespace Qrator.FilterNode.Plain;

/// <summary>The client's side of a plain request, read and answered without Kestrel. Used once.</summary>
internal sealed class PlainRequest : Downstream
{
    private readonly PlainConnection _connection;
    private PlainResponse _response;

    public PlainRequest(PlainConnection connection, PlainHead head, RequestFeature request)
    {
        _connection = connection;
        _response = new(connection.Output, request.Clock);
        Head = head;
        Request = request;
    }

    /// <summary>Its head.</summary>
    public PlainHead Head { get; }

    public override RequestFeature Request { get; }

    public override CancellationToken Aborted => _connection.Closed;

    public override RequestFraming Framing => RequestFraming.None;

    public override Stream Body => Stream.Null;

    public override bool IsHead => Head.IsHead;

    public override bool IsIdempotent => true;

    public override bool HasStarted => _response.IsCommitted;

    /// <summary>The status code of the response; 0 before there is one.</summary>
    public int Status => _response.Status;

    /// <summary>The Content-Length of the response; null when it has none.</summary>
    public long? Length => _response.Length;

    /// <summary>Whether the connection ends with the response.</summary>
    public bool Closes { get; private set; }

    /// <summary>The request, as the filters see it.</summary>
    public PlainRequestView View => new(Head, Request, _connection.Scheme);

    public override ReadOnlyMemory<byte> Compose(RequestHead head, OriginSnapshot origin) =>
        PlainOriginHead.Compose(head, Head, Request, _connection.IsSecure ? "https"u8 : "http"u8);

    public override void Begin(int status, ReadOnlySpan<byte> reason, int most) => _response.Begin(status, reason, most);

    public override void Add(string? known, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, int place, RepeatedTexts texts) => _response.Add(name, value);

    public override void Remove(ReadOnlySpan<char> name) => _response.Remove(name);

    public override void Frame(ResponseFraming framing, long? length)
    {
        Closes = Head.Closes || _connection.IsStopping;
        _response.Frame(framing, length, Closes);
    }

    public override void Arrived(long now)
    {
        OriginResponse.Arrived(Request, now);
        if (!Request.Whitelisted)
        {
            var response = new PlainResponseView(_response.Status, TimeSpan.FromTicks(Request.OriginWait), _response.Fields, Head);
            RequestFilter.AtResponse(Request.Service!, Request.Client, View, response, Request.ArrivedAt, now);
        }
    }

    public override void Write(ReadOnlySpan<byte> piece) => _response.Write(piece);

    public override ValueTask<FlushResult> FlushAsync()
    {
        _response.Commit();
        return _connection.Output.FlushAsync();
    }

    // Trailers would be news to most clients of HTTP/1.1, which have not asked for them.
    public override void End(List<(string Name, StringValues Value)>? trailers) => _response.End();

    public override void Forget()
    {
        // Nothing was begun.
    }

    public override void Cut() => _connection.Abort();
}
