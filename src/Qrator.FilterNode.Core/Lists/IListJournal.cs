namespace Qrator.FilterNode.Lists;

/// <summary>
/// Takes note of list changes for people and for the disk: of all but the ends that are told when an entry begins. For one client or subnet the last
/// word is right. Called on request threads: implementations MUST return at once, hand the work to somebody else, and shed what they
/// cannot keep up with.
/// </summary>
public interface IListJournal
{
    /// <summary>A client or subnet was put on a list, or stays on it longer. This is all that is to be known of it from now on.</summary>
    void Listed(ListingRecord record);

    /// <summary>A client or subnet was taken off a list, or what was remembered of it was forgotten.</summary>
    void Removed(RemovalRecord record);

    /// <summary>A RateLimit rule has put a client under its bucket, or a request was over it: of these the first of a client within a minute.</summary>
    void Limited(LimitRecord record)
    {
    }

    /// <summary>Many entries went at once.</summary>
    void Cleared(ClearingRecord record);
}
