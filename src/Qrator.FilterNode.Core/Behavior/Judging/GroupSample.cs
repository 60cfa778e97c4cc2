using Qrator.FilterNode.Behavior.History;
using Qrator.FilterNode.Behavior.Traits;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.RateLimits;

namespace Qrator.FilterNode.Behavior.Judging;

/// <summary>
/// Some clients of a group that stands out, to see what becomes of them: of a crowd of new visitors some look around on the site within seconds, a tool
/// asks for what it is after, and who only asked once does not come back. Adding is safe for any number of threads, judging for one.
/// </summary>
internal sealed class GroupSample
{
    /// <summary>How many clients are looked at.</summary>
    public const int Places = 32;

    private const int Enough = 5;
    private const double VisitorsPart = 0.1;
    private const double ToolPart = 0.5;

    // A browser asks for the files of a page within two seconds after it is there.
    private static readonly long Ripe = TimeSpan.TicksPerSecond * 2;

    // Of visitors who wait for a slow page some get it within that time.
    private static readonly long Patience = TimeSpan.TicksPerSecond * 8;

    private readonly ClientKey[] _clients = new ClientKey[Places];
    private readonly long[] _since = new long[Places];
    private readonly long[] _answered = new long[Places];
    private readonly long[] _answeredSince = new long[Places];
    private readonly long _kept;
    private int _gate;
    private long _judged;

    /// <summary>Nobody yet; each client keeps its place for <paramref name="seconds"/>.</summary>
    public GroupSample(int seconds = 10) => _kept = seconds * TimeSpan.TicksPerSecond;

    /// <summary>How many clients have had the time to show what they are; as of <see cref="Judge"/>.</summary>
    public int Ripened { get; private set; }

    /// <summary>Visitors among those.</summary>
    public int RipenedVisitors { get; private set; }

    /// <summary>How many seconds a request of these clients was with the origin on average, at least; as of <see cref="Judge"/>.</summary>
    public double SecondsInFlight { get; private set; }

    /// <summary>When the group stood out last, in ticks.</summary>
    public long LastSeen { get; set; }

    /// <summary>A client of the group has come. It takes a place that is free or has served its time.</summary>
    public void Add(in ClientKey client, ulong hash, long now)
    {
        var place = (int)(hash >> 40) & (Places - 1);
        if (now - Volatile.Read(ref _since[place]) >= _kept)
        {
            using var hold = new SpinHold(ref _gate);
            (_clients[place], _since[place]) = (client, now);
        }
    }

    /// <summary>What the clients that have been watched for long enough give to think of their group.</summary>
    /// <param name="clients">What is known of clients.</param>
    /// <param name="now">Now, in ticks.</param>
    /// <param name="onset">When the attack began; now when there is none.</param>
    /// <param name="enoughSilent">
    /// How many clients MUST have had the time to look around, so that those who got a page and asked for nothing more, or get none for long, are taken
    /// for a tool; more than there are places for never.
    /// </param>
    public GroupNature Judge(ClientTable clients, long now, long onset, int enoughSilent)
    {
        var (seen, waiting, oldest) = (0, 0, 0L);
        var (watched, visitors, singleMinded, silent) = (0, 0, 0, 0);
        (Ripened, RipenedVisitors) = (0, 0);
        for (var place = 0; place < Places; place++)
        {
            var (client, since) = At(place);
            var age = now - since;
            if (age < 0 || age >= _kept + Ripe)
            {
                continue;
            }

            var conduct = clients.ConductOf(client, TraitHash.Of(client), onset);
            (seen, waiting, oldest) = (seen + 1, waiting + (conduct == ClientConduct.Waiting ? 1 : 0), Math.Max(oldest, age));
            var ripe = IsRipe(place, conduct, since, now, enoughSilent <= Places);
            Ripened += ripe ? 1 : 0;
            RipenedVisitors += ripe && conduct == ClientConduct.Visitor ? 1 : 0;
            if (ripe || conduct == ClientConduct.Visitor)
            {
                watched++;
                visitors += conduct == ClientConduct.Visitor ? 1 : 0;
                singleMinded += conduct == ClientConduct.SingleMinded ? 1 : 0;
                silent += conduct is ClientConduct.Unclear or ClientConduct.Waiting ? 1 : 0;
            }
        }

        _judged = now;
        SecondsInFlight = seen == 0 ? 0 : (double)waiting / seen * oldest / TimeSpan.TicksPerSecond;
        return watched < Enough ? GroupNature.Unknown
            : visitors >= VisitorsPart * watched ? GroupNature.Visitors
            : singleMinded >= ToolPart * watched || (watched >= enoughSilent && singleMinded + silent >= ToolPart * watched) ? GroupNature.Tool
            : GroupNature.Unknown;
    }

    // Whether the client had the time to show what it is: since its answer, of which is known between which ticks it came.
    private bool IsRipe(int place, ClientConduct conduct, long since, long now, bool countsSilent)
    {
        if (conduct == ClientConduct.Waiting)
        {
            return countsSilent && now - since >= Patience;
        }

        if (_answeredSince[place] != since)
        {
            _answeredSince[place] = since;
            _answered[place] = Math.Max(since, Math.Max(_judged, now - TimeSpan.TicksPerSecond));
        }

        return now - _answered[place] >= Ripe;
    }

    private (ClientKey Client, long Since) At(int place)
    {
        using var hold = new SpinHold(ref _gate);
        return (_clients[place], _since[place]);
    }
}
