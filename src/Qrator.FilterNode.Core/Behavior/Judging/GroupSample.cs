using Qrator.FilterNode.Behavior.History;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.RateLimits;

namespace Qrator.FilterNode.Behavior.Judging;

/// <summary>
/// Some clients of a group that stands out, to see what becomes of them: of a crowd of new visitors some look around on the site within seconds, a tool
/// asks for what it is after, and who only asked once does not come back. Adding is safe for any number of threads, judging for one.
/// </summary>
internal sealed class GroupSample
{
    private const int Places = 32;
    private const int Enough = 5;
    private const double VisitorsPart = 0.1;
    private const double ToolPart = 0.5;

    // A browser asks for the files of a page within two seconds after it is there.
    private static readonly long Ripe = TimeSpan.TicksPerSecond * 2;
    private static readonly long RipeAnswer = TimeSpan.TicksPerSecond;
    private static readonly long Kept = TimeSpan.TicksPerSecond * 10;

    // Of visitors who wait for a slow page some get it within that time.
    private static readonly long Patience = TimeSpan.TicksPerSecond * 8;

    private readonly ClientKey[] _clients = new ClientKey[Places];
    private readonly long[] _since = new long[Places];
    private readonly long[] _answered = new long[Places];
    private readonly long[] _answeredSince = new long[Places];
    private int _gate;
    private long _judged;

    /// <summary>How many seconds a request of these clients was with the origin on average, at least; as of <see cref="Judge"/>.</summary>
    public double SecondsInFlight { get; private set; }

    /// <summary>When the group stood out last, in ticks.</summary>
    public long LastSeen { get; set; }

    /// <summary>A client of the group has come. It takes a place that is free or has served its time.</summary>
    public void Add(in ClientKey client, ulong hash, long now)
    {
        var place = (int)(hash >> 40) & (Places - 1);
        if (now - Volatile.Read(ref _since[place]) >= Kept)
        {
            using var hold = new SpinHold(ref _gate);
            (_clients[place], _since[place]) = (client, now);
        }
    }

    /// <summary>What the clients that have been watched for long enough give to think of their group.</summary>
    /// <param name="clients">What is known of clients.</param>
    /// <param name="hashOf">The hash of a client.</param>
    /// <param name="now">Now, in ticks.</param>
    /// <param name="onset">When the attack began; now when there is none.</param>
    /// <param name="isUrgent">Whether the origin has more to do than for so many requests usually, so that nobody waits for clients to come back.</param>
    public GroupNature Judge(ClientTable clients, Func<ClientKey, ulong> hashOf, long now, long onset, bool isUrgent)
    {
        var (seen, held, oldest) = (0, 0, 0L);
        var (watched, visitors, singleMinded) = (0, 0, 0);
        for (var place = 0; place < Places; place++)
        {
            var (client, since) = At(place);
            var age = now - since;
            if (age is < 0 || age >= Kept + Ripe)
            {
                continue;
            }

            var conduct = clients.ConductOf(client, hashOf(client), onset, out var inFlight);
            (seen, held, oldest) = (seen + 1, held + (inFlight > 0 ? 1 : 0), Math.Max(oldest, age));
            visitors += conduct == ClientConduct.Visitor ? 1 : 0;
            if (conduct == ClientConduct.Visitor || IsRipe(place, conduct, since, now, isUrgent))
            {
                watched++;
                singleMinded += conduct == ClientConduct.SingleMinded || (isUrgent && conduct is ClientConduct.Unclear or ClientConduct.Waiting) ? 1 : 0;
            }
        }

        _judged = now;
        SecondsInFlight = seen == 0 ? 0 : (double)held / seen * oldest / TimeSpan.TicksPerSecond;
        return watched < Enough ? GroupNature.Unknown
            : visitors >= VisitorsPart * watched ? GroupNature.Visitors
            : singleMinded >= ToolPart * watched ? GroupNature.Tool
            : GroupNature.Unknown;
    }

    // Whether the client had the time to show what it is: since its answer, of which is known between which ticks it came.
    private bool IsRipe(int place, ClientConduct conduct, long since, long now, bool isUrgent)
    {
        if (conduct == ClientConduct.Waiting)
        {
            return isUrgent && now - since >= Patience;
        }

        if (_answeredSince[place] != since)
        {
            _answeredSince[place] = since;
            _answered[place] = Math.Max(since, Math.Max(_judged, now - TimeSpan.TicksPerSecond));
        }

        return now - since >= Ripe && now - _answered[place] >= RipeAnswer;
    }

    private (ClientKey Client, long Since) At(int place)
    {
        using var hold = new SpinHold(ref _gate);
        return (_clients[place], _since[place]);
    }
}
