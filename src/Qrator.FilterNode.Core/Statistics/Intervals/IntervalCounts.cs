using Qrator.FilterNode.Lists;
using Qrator.FilterNode.Statistics.Traffic;

namespace Qrator.FilterNode.Statistics.Intervals;

/// <summary>What a service had within an interval, or since its start. Not safe for several threads while it is added to.</summary>
public sealed class IntervalCounts
{
    private readonly long[] _values = new long[IntervalLayout.Count];

    /// <summary>How many buckets the durations have.</summary>
    public static int DurationBuckets => IntervalLayout.DurationBounds.Count + 1;

    /// <summary>All requests.</summary>
    public long Requests => Enum.GetValues<Outcome>().Sum(Of);

    /// <summary>Requests that the filters let pass, whatever the origin made of them.</summary>
    public long PassedRequests => Enum.GetValues<Outcome>().Where(outcome => TrafficOutcome.Of(outcome) == TrafficKind.Passed).Sum(Of);

    /// <summary>Connections that brought a first request.</summary>
    public long Connections => this[IntervalLayout.Connections];

    /// <summary>Connections that had a first request pass.</summary>
    public long PassedConnections => this[IntervalLayout.PassedConnections];

    /// <summary>Responses of codes that are not told apart, because there were too many of them.</summary>
    public long OtherCodes => this[IntervalLayout.OtherCodes];

    /// <summary>The codes that were sent, with how often.</summary>
    public IEnumerable<(int Code, long Count)> Codes =>
        from code in Enumerable.Range(IntervalLayout.FirstCode, IntervalLayout.LastCode - IntervalLayout.FirstCode + 1)
        let count = this[IntervalLayout.OfCode(code)]
        where count > 0
        select (code, count);

    internal long this[int number]
    {
        get => _values[number];
        set => _values[number] = value;
    }

    /// <summary>Requests that ended this way.</summary>
    public long Of(Outcome outcome) => this[IntervalLayout.Of(outcome)];

    /// <summary>Answered requests whose duration is in a bucket: 0-200-500-700-1000-1500-2000-5000 ms and more.</summary>
    public long Duration(int bucket) => this[IntervalLayout.Durations + bucket];

    /// <summary>Bytes from clients.</summary>
    public long Received(TrafficKind kind) => this[IntervalLayout.ReceivedOf(kind)];

    /// <summary>Bytes to clients.</summary>
    public long Sent(TrafficKind kind) => this[IntervalLayout.SentOf(kind)];

    /// <summary>Entries of the blacklist at the end.</summary>
    public long Blacklisted(ListSource source) => this[IntervalLayout.SizeOf(source)];

    /// <summary>Changes of the blacklist.</summary>
    public long Changes(ListSource source, ListChange change) => this[IntervalLayout.ChangesOf(source, change)];

    /// <summary>What came after an earlier reading of the same counters.</summary>
    public IntervalCounts Since(IntervalCounts earlier)
    {
        var difference = new IntervalCounts();
        for (var i = 0; i < _values.Length; i++)
        {
            // Counters of rules that were taken out of the configuration begin anew.
            difference[i] = IntervalLayout.IsLevel(i) ? this[i] : Math.Max(0, this[i] - earlier[i]);
        }

        return difference;
    }

    /// <summary>Adds a later interval, or a later part of the same: counts add up, levels are the later ones.</summary>
    public void Add(IntervalCounts later)
    {
        for (var i = 0; i < _values.Length; i++)
        {
            this[i] = IntervalLayout.IsLevel(i) ? later[i] : this[i] + later[i];
        }
    }
}
