namespace Qrator.FilterNode.Lists;

/// <summary>What is to be put on a list, apart from the client.</summary>
/// <param name="Cause">Why.</param>
/// <param name="Clock">Now, in ticks of the node's clock.</param>
/// <param name="Arrived">When the request came that is the reason; <see cref="Now"/> and later is never too early.</param>
/// <param name="Ttl">How long for a first offence, in ticks; 0 for ever.</param>
/// <param name="Repeats">Whether an earlier offence doubles the time.</param>
internal readonly record struct ListAddition(ListingCause Cause, long Clock, long Arrived, long Ttl, bool Repeats)
{
    private static readonly long Longest = TimeSpan.FromHours(8).Ticks;

    public uint Now => ListTime.Floor(Clock);

    /// <summary>Whether an operator says so: then it goes in although the list is full, and becomes the entry's cause.</summary>
    public bool IsManual => Cause.Source == ListSource.Api;

    /// <summary>When the entry ends, after so many offences within 24 hours of each other.</summary>
    public uint ExpiresAfter(int offences) =>
        Ttl == 0 ? ListTime.Permanent
        : offences == 0 || !Repeats ? ListTime.Ceiling(Clock + Ttl)
        : ListTime.Ceiling(Clock + Math.Max(Ttl, Math.Min(Ttl << offences, Longest)));
}
