namespace Qrator.FilterNode.Lists;

/// <summary>One client's entry as it stands at the moment of asking.</summary>
/// <param name="Source">What put the client on the list.</param>
/// <param name="Rule">The rule; empty where the source has none.</param>
/// <param name="Created">When, in ticks of the node's clock.</param>
/// <param name="Expires">Until when, in ticks of the node's clock; null for a permanent entry.</param>
/// <param name="Offences">How often before the client was listed within 24 hours of the time before that; counted up to 16.</param>
public readonly record struct ListEntry(ListSource Source, string Rule, long Created, long? Expires, int Offences);
