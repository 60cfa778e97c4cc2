using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Lists;

/// <summary>A client or subnet that was taken off a list and starts clean: whatever was kept of it for this list is to be forgotten.</summary>
/// <param name="Service">The service.</param>
/// <param name="List">Which of its lists.</param>
/// <param name="Key">Who.</param>
/// <param name="WasListed">Whether it was on the list; else only its offences were remembered.</param>
/// <param name="Changed">When, in ticks of the node's clock.</param>
public sealed record RemovalRecord(string Service, ListKind List, NetworkPrefix Key, bool WasListed, long Changed);
