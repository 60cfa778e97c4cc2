using System.Diagnostics;
using Qrator.FilterNode.Metrics;
using Qrator.FilterNode.Requests;
using Qrator.FilterNode.Statistics;

namespace Qrator.FilterNode.Telemetry;

/// <summary>
/// A span for each request, where they are wanted. It begins a trace of the node's own: the <c>traceparent</c> of a client is a stranger's word, and goes to
/// the origin as it came. Costs a comparison a request while it is off. Safe for any number of threads.
/// </summary>
internal sealed class RequestTraces : IDisposable
{
    /// <summary>The name of the source.</summary>
    public const string SourceName = "Qrator.FilterNode";

    private ActivitySource? _source;

    /// <summary>Whether there are spans.</summary>
    public bool IsOn => _source is not null;

    /// <summary>From now on there are spans, when somebody listens to the source.</summary>
    public void Start() => _source = new(SourceName, NodeMetrics.Version);

    /// <summary>A request has arrived. Null when it gets no span.</summary>
    public Activity? Begin()
    {
        if (_source is not { } source)
        {
            return null;
        }

        // The server's own activity has the client's traceparent as its parent.
        Activity.Current = null;
        return source.StartActivity("request", ActivityKind.Server);
    }

    /// <summary>The request has ended.</summary>
    public static void End(Activity? span, HttpContext context, RequestFeature request)
    {
        if (span is null)
        {
            return;
        }

        span.SetTag("filternode.service", request.Service?.Name ?? "-");
        span.SetTag("filternode.outcome", OutcomeLabel.Of(request.Outcome));
        span.SetTag("filternode.request_id", request.RequestId);
        span.SetTag("http.request.method", context.Request.Method);
        if (!request.Dropped && request.Outcome != Outcome.ClientAborted)
        {
            span.SetTag("http.response.status_code", context.Response.StatusCode);
        }

        if (request.OriginWait > 0)
        {
            span.SetTag("filternode.origin_wait", TimeSpan.FromTicks(request.OriginWait).TotalSeconds);
        }

        if (request.Outcome is Outcome.OriginError or Outcome.OriginTimeout or Outcome.OriginUnreachable)
        {
            span.SetStatus(ActivityStatusCode.Error);
        }

        span.Dispose();
    }

    public void Dispose() => _source?.Dispose();
}
