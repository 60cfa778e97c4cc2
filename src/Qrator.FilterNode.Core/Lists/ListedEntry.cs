using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Lists;

/// <summary>An entry with all that is known of it.</summary>
/// <param name="Key">The client or the subnet that is listed.</param>
/// <param name="Entry">Why and until when.</param>
/// <param name="Reason">What led to it; null when that is not kept any more.</param>
public readonly record struct ListedEntry(NetworkPrefix Key, ListEntry Entry, ListingRecord? Reason)
{
    /// <summary>The operator's comment, or the values that matched; empty when not known.</summary>
    public string Detail => Reason?.Detail ?? "";
}
