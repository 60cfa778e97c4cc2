using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Qrator.FilterNode.Origins;
using Qrator.FilterNode.Requests;

namespace Qrator.FilterNode.Forwarding.Http1;

/// <summary>The client's side of a request that Kestrel has read.</summary>
internal sealed class ContextDownstream : Downstream
{
    public ContextDownstream(HttpContext context, RequestFeature request)
    {
        Context = context;
        Request = request;
        Framing = RequestFramings.Of(context);
    }

    /// <summary>The request and its response.</summary>
    public HttpContext Context { get; }

    public override RequestFeature Request { get; }

    public override CancellationToken Aborted => Context.RequestAborted;

    public override RequestFraming Framing { get; }

    public override Stream Body => Context.Request.Body;

    public override bool IsHead => HttpMethods.IsHead(Context.Request.Method);

    public override bool IsIdempotent => Context.Request.Method is var method
        && (HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method) || HttpMethods.IsTrace(method)
            || HttpMethods.IsPut(method) || HttpMethods.IsDelete(method));

    public override bool HasStarted => Context.Response.HasStarted;

    /// <summary>Whether it is more than a request and a response. Who asks whether to continue waits for the origin's word.</summary>
    /// <param name="protocol">What the origin speaks.</param>
    public bool NeedsYarp(OriginProtocol protocol) =>
        protocol != OriginProtocol.Http1
        || Context.Request.Headers.Upgrade.Count > 0
        || Context.Request.Headers.Expect.Count > 0
        || Context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true };

    public override ReadOnlyMemory<byte> Compose(RequestHead head, OriginSnapshot origin) => head.Of(Context, Request, origin, Framing);

    public override void Begin(int status, ReadOnlySpan<byte> reason, int most)
    {
        Context.Response.StatusCode = status;
        if (!reason.IsEmpty && !Ascii.Equals(reason, ReasonPhrases.GetReasonPhrase(status)))
        {
            Context.Features.Get<IHttpResponseFeature>()!.ReasonPhrase = Encoding.Latin1.GetString(reason);
        }
    }

    public override void Add(string? known, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, int place, RepeatedTexts texts)
    {
        var headers = Context.Response.Headers;
        var text = texts.Of(place, value);
        known ??= Encoding.ASCII.GetString(name);
        headers[known] = headers.TryGetValue(known, out var before) ? StringValues.Concat(before, text) : text;
    }

    public override void Remove(ReadOnlySpan<char> name) => Context.Response.Headers.Remove(name.ToString());

    public override void Frame(ResponseFraming framing, long? length) => Context.Response.ContentLength = length;

    public override void Arrived(long now) => OriginResponse.Arrived(Context, Request, now);

    public override void Write(ReadOnlySpan<byte> piece) => Context.Response.BodyWriter.Write(piece);

    public override ValueTask<FlushResult> FlushAsync() => Context.Response.BodyWriter.FlushAsync();

    public override void End(List<(string Name, StringValues Value)>? trailers)
    {
        if (trailers is null || !Context.Response.SupportsTrailers())
        {
            return;
        }

        foreach (var (name, value) in trailers)
        {
            Context.Response.AppendTrailer(name, value);
        }
    }

    public override void Forget()
    {
        YarpForwarder.Forget(Context);
        Context.Response.StatusCode = StatusCodes.Status200OK;
    }

    public override void Cut() => Context.Abort();
}
