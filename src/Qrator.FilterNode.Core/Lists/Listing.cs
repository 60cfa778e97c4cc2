using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Lists;

/// <summary>A change of a list that has happened and of which nobody has been told yet.</summary>
/// <param name="List">Which list.</param>
/// <param name="Client">Who.</param>
/// <param name="Result">Whether the client is new on the list, stays longer, or nothing came of it.</param>
/// <param name="Cause">The filter and rule.</param>
/// <param name="Now">When, in ticks of the node's clock.</param>
/// <param name="Entry">The client's entry; without meaning when it has none.</param>
public readonly record struct Listing(ListKind List, ClientKey Client, AddResult Result, ListingCause Cause, long Now, ListEntry Entry)
{
    /// <summary>Whether the list has changed, so that there is something to tell.</summary>
    public bool Changed => Result is AddResult.Added or AddResult.Extended;
}
