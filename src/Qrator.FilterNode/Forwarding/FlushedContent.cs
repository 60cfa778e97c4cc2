using System.Net;

namespace Qrator.FilterNode.Forwarding;

/// <summary>A body whose every write is flushed. Carries the headers of the body it stands for.</summary>
internal sealed class FlushedContent : HttpContent
{
    private readonly HttpContent _inner;
    private readonly OriginExchange _exchange;

    public FlushedContent(HttpContent inner, OriginExchange exchange)
    {
        _inner = inner;
        _exchange = exchange;
        foreach (var (name, values) in inner.Headers.NonValidated)
        {
            Headers.TryAddWithoutValidation(name, values);
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _exchange.StartBody();
        await _inner.CopyToAsync(new FlushedStream(stream, _exchange), context, cancellationToken);
        _exchange.AwaitOrigin();
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _inner.Headers.ContentLength ?? 0;
        return _inner.Headers.ContentLength is not null;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
