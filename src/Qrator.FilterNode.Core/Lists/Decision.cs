using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Lists;

/// <summary>One change of a list that has happened, or what a RateLimit rule has done.</summary>
/// <param name="Changed">When, in ticks of the node's clock.</param>
/// <param name="Service">The service.</param>
/// <param name="List">Which of its lists; null for the clients that RateLimit rules limit.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Key">Who; null when many entries went at once.</param>
/// <param name="Listing">What is to be known of the entry from then on; null when it went.</param>
/// <param name="Limit">What the RateLimit rule has done; null for a list.</param>
public sealed record Decision(long Changed, string Service, ListKind? List, DecisionKind Kind, NetworkPrefix? Key, ListingRecord? Listing, LimitRecord? Limit = null);
