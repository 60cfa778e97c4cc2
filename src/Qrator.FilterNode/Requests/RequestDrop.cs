using Qrator.FilterNode.Statistics;

namespace Qrator.FilterNode.Requests;

/// <summary>Ends a connection without one byte of a response.</summary>
internal static class RequestDrop
{
    /// <summary>Resets the TCP connection below HTTP and TLS, which on HTTP/2 ends all streams with it, and notes why.</summary>
    public static Task Drop(HttpContext context, RequestFeature request, Outcome outcome)
    {
        request.Outcome = outcome;
        request.Dropped = true;
        request.Connection.Reset();
        context.Abort();
        return Task.CompletedTask;
    }
}
