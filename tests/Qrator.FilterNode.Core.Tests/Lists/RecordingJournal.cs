using System.Collections.Concurrent;

namespace Qrator.FilterNode.Lists;

/// <summary>Keeps what is reported.</summary>
internal sealed class RecordingJournal : IListJournal
{
    public ConcurrentQueue<ListingRecord> Records { get; } = [];

    public void Listed(ListingRecord record) => Records.Enqueue(record);
}
