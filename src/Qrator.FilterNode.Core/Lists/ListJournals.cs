namespace Qrator.FilterNode.Lists;

/// <summary>Several journals that are told the same, in their order.</summary>
/// <param name="journals">All of them.</param>
public sealed class ListJournals(params IListJournal[] journals) : IListJournal
{
    /// <inheritdoc/>
    public void Listed(ListingRecord record)
    {
        foreach (var journal in journals)
        {
            journal.Listed(record);
        }
    }

    /// <inheritdoc/>
    public void Removed(RemovalRecord record)
    {
        foreach (var journal in journals)
        {
            journal.Removed(record);
        }
    }

    /// <inheritdoc/>
    public void Limited(LimitRecord record)
    {
        foreach (var journal in journals)
        {
            journal.Limited(record);
        }
    }

    /// <inheritdoc/>
    public void Cleared(ClearingRecord record)
    {
        foreach (var journal in journals)
        {
            journal.Cleared(record);
        }
    }
}
