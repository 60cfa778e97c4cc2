using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Statistics.Top;
using Qrator.FilterNode.Statistics.Traffic;

namespace Qrator.FilterNode.Statistics;

/// <summary>How the requests of one service ended, and with which status codes. Safe for any number of threads.</summary>
public sealed class RequestCounters
{
    private const int FirstCode = 100;
    private const int LastCode = 999;

    private readonly StripedCounters _outcomes = new(OutcomeLabel.Count);
    private readonly StripedCounters _codes = new(LastCode - FirstCode + 1);
    private readonly TopClients? _top;

    /// <summary>Nothing counted yet.</summary>
    /// <param name="top">Where the clients are ranked; null when they are not.</param>
    public RequestCounters(TopClients? top = null) => _top = top;

    /// <summary>From arrival to the end of the response, of requests that got one.</summary>
    public DurationHistogram Durations { get; } = new();

    /// <summary>The wait for the headers of the origin's response.</summary>
    public DurationHistogram OriginDurations { get; } = new();

    /// <summary>Bytes and connections.</summary>
    public TrafficCounters Traffic { get; } = new();

    /// <summary>Counts one request.</summary>
    public void Count(Outcome outcome) => _outcomes.Add((int)outcome);

    /// <summary>Counts one response that was begun; a code outside 100 to 999 is not counted.</summary>
    public void CountResponse(int code)
    {
        if (code is >= FirstCode and <= LastCode)
        {
            _codes.Add(code - FirstCode);
        }
    }

    /// <summary>Counts bytes of a client; the client matters for a service only.</summary>
    public void CountTraffic(in ClientKey client, TrafficKind kind, long received, long sent)
    {
        Traffic.Count(kind, received, sent);
        _top?.CountBytes(client, received + sent);
    }

    /// <summary>Requests that ended this way.</summary>
    public long Of(Outcome outcome) => _outcomes.Read((int)outcome);

    /// <summary>The codes that were sent at all, with how often.</summary>
    public IEnumerable<(int Code, long Count)> Responses()
    {
        for (var index = _codes.FirstUsed(0); index >= 0; index = _codes.FirstUsed(index + 1))
        {
            yield return (index + FirstCode, _codes.Read(index));
        }
    }
}
