using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Lists;

/// <summary>
/// An entry and why it is there: what the log line says, what is kept for the operator who asks, and what the disk keeps, so that the entry, or
/// what it counts for after its end, can be put back by <see cref="ServiceLists.Restore"/>.
/// </summary>
/// <param name="Service">The service.</param>
/// <param name="List">Which of its lists.</param>
/// <param name="Key">Who: a client (an IPv6 client is a subnet of the configured length) or, from an operator, a subnet.</param>
/// <param name="Change">Added, extended or restored.</param>
/// <param name="Source">The filter.</param>
/// <param name="Rule">The rule; empty where the filter has none.</param>
/// <param name="Detail">The values that matched, with control characters made visible, or the comment of an operator.</param>
/// <param name="RequestId">The request that did it: 32 hex digits; empty where no request did it.</param>
/// <param name="Changed">When it came to this, in ticks of the node's clock.</param>
/// <param name="Created">Since when the client is on the list, in ticks of the node's clock.</param>
/// <param name="Expires">Until when, in ticks of the node's clock; null for ever.</param>
/// <param name="Offences">As in <see cref="ListEntry"/>.</param>
public sealed record ListingRecord(
    string Service,
    ListKind List,
    NetworkPrefix Key,
    ListChange Change,
    ListSource Source,
    string Rule,
    string Detail,
    string RequestId,
    long Changed,
    long Created,
    long? Expires,
    int Offences)
{
    /// <summary>How long the client is on the list from this change on; null for ever.</summary>
    public TimeSpan? Ttl => Expires is { } end ? TimeSpan.FromTicks(end - Changed) : null;
}
