using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Requests;

namespace Qrator.FilterNode.Forwarding;

/// <summary>The moment at which the head of an origin's response is there, copied to the client's response and not yet sent.</summary>
internal static class OriginResponse
{
    /// <summary>Measures how long it took, and asks the user rules.</summary>
    public static void Arrived(HttpContext context, RequestFeature request, long now)
    {
        Arrived(request, now);
        if (!request.Whitelisted)
        {
            var response = new OriginResponseView(context.Response, TimeSpan.FromTicks(request.OriginWait));
            RequestFilter.AtResponse(request.Service!, request.Client, new HttpRequestView(context, request), response, request.ArrivedAt, now);
        }
    }

    /// <summary>Measures how long it took.</summary>
    public static void Arrived(RequestFeature request, long now)
    {
        request.OriginWait = now - request.SentAt;
        request.Service!.Store.Requests.OriginDurations.Count(request.OriginWait);
    }
}
