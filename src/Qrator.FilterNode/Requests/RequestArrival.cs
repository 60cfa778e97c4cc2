using Qrator.FilterNode.Filtering;

namespace Qrator.FilterNode.Requests;

/// <summary>What the filters say to a request that has come, whichever way it takes through the node.</summary>
internal static class RequestArrival
{
    /// <summary>Asks the filters, and keeps with the request what later steps need of it. One that passes is counted as running.</summary>
    /// <param name="request">The request; its service and its client MUST be known.</param>
    /// <param name="view">What the filters see of it.</param>
    /// <param name="now">Now, in ticks of the node's clock.</param>
    public static Verdict Judge<TView>(RequestFeature request, in TView view, long now)
        where TView : struct, IRequestView, allows ref struct
    {
        var service = request.Service!;
        var verdict = RequestFilter.AtArrival(service, request.Client, view, now, request.Connection.Guard?.HeaderOrder ?? 0);
        request.Whitelisted = verdict.Whitelisted;
        request.Judged = verdict is { Action: VerdictAction.Pass, Whitelisted: false };
        if (verdict.Action == VerdictAction.Pass)
        {
            request.Connection.Meter!.RequestRuns(service.Store.Requests, request.Client);
        }

        return verdict;
    }
}
