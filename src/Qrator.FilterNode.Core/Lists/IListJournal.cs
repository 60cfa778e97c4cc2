namespace Qrator.FilterNode.Lists;

/// <summary>
/// Takes note of list changes for people and for the disk. Called on request threads: implementations MUST return at once, hand the work
/// to somebody else, and shed what they cannot keep up with.
/// </summary>
public interface IListJournal
{
    /// <summary>A client was put on a list, or stays on it longer.</summary>
    void Listed(ListingRecord record);
}
