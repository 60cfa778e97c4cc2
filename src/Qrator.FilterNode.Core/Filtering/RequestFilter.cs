using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Lists;
using Qrator.FilterNode.RateLimits;

namespace Qrator.FilterNode.Filtering;

/// <summary>
/// The order of the filters. Decides from memory alone: no I/O, no waiting, no exception, and no allocation unless a rule acts.
/// Safe for any number of threads.
/// </summary>
public static class RequestFilter
{
    /// <summary>Decides about a request when it arrives, and puts its client on the lists that its rules name.</summary>
    /// <param name="service">The service as compiled when the request began.</param>
    /// <param name="client">Who sent it.</param>
    /// <param name="request">The request.</param>
    /// <param name="now">Now, in ticks of the node's clock.</param>
    /// <param name="headerOrder">A hash of the names of its headers in their order; 0 when not known.</param>
    public static Verdict AtArrival<TRequest>(ServiceSnapshot service, in ClientKey client, in TRequest request, long now, ulong headerOrder = 0)
        where TRequest : struct, IRequestView, allows ref struct
    {
        var lists = service.Store.Lists;

        // Whitelist rules come before the look-up in the blacklist: a match saves the client from this request on.
        if (service.IsWhitelisted(client)
            || lists.Whitelist.Contains(client, now)
            || service.HeaderRules.Apply(ListKind.Whitelist, lists, client, request, now))
        {
            return Verdict.PassWhitelisted;
        }

        // Nor does the blacklist keep a user rule from saving a client, when that rule needs only the request.
        var blacklisted = service.IsBlacklisted(client) || lists.Blacklist.Contains(client, now);
        var arrival = service.UserRules.AtArrival(lists, client, blacklisted, request, now);
        if (arrival.Whitelisted)
        {
            return Verdict.PassWhitelisted;
        }

        if (blacklisted)
        {
            service.Store.Behavior.AtDrop();
            return Verdict.DropBlacklisted;
        }

        if (arrival.Metered == MeterOutcome.Excess)
        {
            return arrival.Drop ? Verdict.DropExcess : Verdict.RejectExcess(arrival.RetryAfterSeconds);
        }

        var behavior = service.Store.Behavior.AtArrival(client, request, headerOrder, now);
        if (behavior.Action != VerdictAction.Pass)
        {
            return behavior;
        }

        // The request that triggers a blacklist rule still passes.
        service.HeaderRules.Apply(ListKind.Blacklist, lists, client, request, now);
        if (service.GeoFilter is { } geo && !lists.Blacklist.Contains(client, now))
        {
            geo.Apply(lists, client, request, now);
        }

        return Verdict.Pass;
    }

    /// <summary>
    /// Applies the user rules when the headers of the origin's response are there. They act on later requests of the client. MUST NOT be
    /// called for a whitelisted client, nor for a response that the node made itself.
    /// </summary>
    /// <param name="service">The service as compiled when the request began.</param>
    /// <param name="client">Who sent the request.</param>
    /// <param name="request">The request.</param>
    /// <param name="response">The head of the origin's response.</param>
    /// <param name="arrived">When the request came, in ticks of the node's clock.</param>
    /// <param name="now">Now, in ticks of the node's clock.</param>
    public static void AtResponse<TRequest, TResponse>(
        ServiceSnapshot service, in ClientKey client, in TRequest request, in TResponse response, long arrived, long now)
        where TRequest : struct, IRequestView
        where TResponse : struct, IResponseView =>
        service.UserRules.AtResponse(service.Store.Lists, client, request, response, arrived, now);
}
