using Microsoft.AspNetCore.Connections;
using Qrator.FilterNode.Offences;
using Qrator.FilterNode.Requests;
using Yarp.ReverseProxy.Forwarder;

namespace Qrator.FilterNode.Forwarding;

/// <summary>Tells a request body that was refused from a client that went away, which look alike to the forwarder.</summary>
internal static class RefusedBody
{
    /// <summary>Why the body was refused; null when it was not.</summary>
    public static Violation? Find(HttpContext context, RequestFeature request) =>
        request.Connection.Violation != Violation.None ? request.Connection.Violation
        : TimedOut(request.BodyFailure) || TimedOut(context.Features.Get<IForwarderErrorFeature>()?.Exception)
            || TimedOut(request.Connection.Transport.ResetReason) ? Violation.SlowBody
        : null;

    private static bool TimedOut(Exception? exception) => exception switch
    {
        null => false,

        // On HTTP/2 Kestrel ends the whole connection, of which a request may hear in any way, and only the text says why. It has the name of the setting in it; a test looks for it.
        ConnectionAbortedException aborted => aborted.Message.Contains(nameof(Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerLimits.MinRequestBodyDataRate), StringComparison.Ordinal),
        BadHttpRequestException refused => refused.StatusCode == StatusCodes.Status408RequestTimeout,
        AggregateException several => several.InnerExceptions.Any(TimedOut),
        _ => TimedOut(exception.InnerException),
    };
}
