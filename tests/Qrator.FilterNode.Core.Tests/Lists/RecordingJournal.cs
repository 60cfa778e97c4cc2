using System.Collections.Concurrent;

namespace Qrator.FilterNode.Lists;

/// <summary>Keeps what is reported.</summary>
internal sealed class RecordingJournal : IListJournal
{
    public ConcurrentQueue<ListingRecord> Records { get; } = [];

    public ConcurrentQueue<RemovalRecord> Removals { get; } = [];

    public ConcurrentQueue<ClearingRecord> Clearings { get; } = [];

    public void Listed(ListingRecord record) => Records.Enqueue(record);

    public void Removed(RemovalRecord record) => Removals.Enqueue(record);

    public void Cleared(ClearingRecord record) => Clearings.Enqueue(record);
}
