namespace Qrator.FilterNode.Lists;

/// <summary>Many entries that went at once, with what was remembered of them.</summary>
/// <param name="Service">The service.</param>
/// <param name="List">Which of its lists.</param>
/// <param name="Reason">Why.</param>
/// <param name="Causes">Whose entries went; empty when all did.</param>
/// <param name="Count">How many were on the list.</param>
/// <param name="Changed">When, in ticks of the node's clock; what the journal was told with a later moment has not gone.</param>
public sealed record ClearingRecord(
    string Service, ListKind List, ClearingReason Reason, IReadOnlyList<(ListSource Source, string Rule)> Causes, int Count, long Changed);
