using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Lists;

/// <summary>Why a client is on a list: what the log line says, and what is kept for the operator who asks.</summary>
/// <param name="Service">The service.</param>
/// <param name="List">Which of its lists.</param>
/// <param name="Client">Who.</param>
/// <param name="Change">Added or extended.</param>
/// <param name="Source">The filter.</param>
/// <param name="Rule">The rule; empty where the filter has none.</param>
/// <param name="Detail">The values that matched, with control characters made visible.</param>
/// <param name="RequestId">The request that did it: 32 hex digits.</param>
/// <param name="Created">When, in ticks of the node's clock.</param>
/// <param name="Expires">Until when, in ticks of the node's clock.</param>
public sealed record ListingRecord(
    string Service,
    ListKind List,
    ClientKey Client,
    ListChange Change,
    ListSource Source,
    string Rule,
    string Detail,
    string RequestId,
    long Created,
    long Expires)
{
    /// <summary>How long the client is on the list from this change on.</summary>
    public TimeSpan Ttl => TimeSpan.FromTicks(Expires - Created);
}
