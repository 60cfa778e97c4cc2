namespace Qrator.FilterNode.Forwarding;

/// <summary>
/// Sends each piece of a request body on as it comes, and tells the exchange whom it waits for. The HTTP client alone holds pieces below
/// 4 KB back until its buffer is full, so that an origin would wait for a client that sends slowly, and a client that waits for the
/// origin's word would wait for ever.
/// </summary>
internal sealed class BodyFlushHandler : DelegatingHandler
{
    public BodyFlushHandler(HttpMessageHandler inner)
        : base(inner)
    {
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // A body of known length 0 and one that is there only to carry headers have nothing to hold back.
        if (request.Content is { Headers.ContentLength: null or > 0 } body && request.Options.TryGetValue(OriginExchange.Key, out var exchange))
        {
            request.Content = new FlushedContent(body, exchange);
        }

        return base.SendAsync(request, cancellationToken);
    }
}
