using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Lists;

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
    public static Verdict AtArrival<TRequest>(ServiceSnapshot service, in ClientKey client, in TRequest request, long now)
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

        if (service.IsBlacklisted(client) || lists.Blacklist.Contains(client, now))
        {
            return Verdict.DropBlacklisted;
        }

        // The request that triggers a blacklist rule still passes.
        service.HeaderRules.Apply(ListKind.Blacklist, lists, client, request, now);
        return Verdict.Pass;
    }
}
