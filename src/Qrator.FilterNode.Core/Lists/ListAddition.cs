namespace Qrator.FilterNode.Lists;

/// <summary>What is to be put on a list, apart from the client.</summary>
/// <param name="Cause">Why.</param>
/// <param name="Clock">Now, in ticks of the node's clock.</param>
/// <param name="Ttl">How long for a first offence, in ticks; 0 for ever.</param>
/// <param name="Repeats">Whether an earlier offence doubles the time.</param>
/// <param name="Forced">Whether it goes in although the list is full.</param>
internal readonly record struct ListAddition(ListingCause Cause, long Clock, long Ttl, bool Repeats, bool Forced)
{
    private static readonly long Longest = TimeSpan.FromHours(8).Ticks;

    public uint Now => ListTime.Floor(Clock);

    /// <summary>When the entry ends, after so many offences within 24 hours of each other.</summary>
    public uint ExpiresAfter(int offences) =>
        Ttl == 0 ? ListTime.Permanent
        : offences == 0 ? ListTime.Ceiling(Clock + Ttl)
        : ListTime.Ceiling(Clock + Math.Max(Ttl, Math.Min(Ttl << offences, Longest)));
}
