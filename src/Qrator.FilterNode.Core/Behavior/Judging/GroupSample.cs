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

    // A browser asks for the files of a page within two seconds.
    private static readonly long Ripe = TimeSpan.TicksPerSecond * 2;
    private static readonly long Kept = TimeSpan.TicksPerSecond * 8;

    private readonly ClientKey[] _clients = new ClientKey[Places];
    private readonly long[] _since = new long[Places];
    private int _gate;

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
        var (watched, visitors, singleMinded) = (0, 0, 0);
        for (var place = 0; place < Places; place++)
        {
            var (client, age) = At(place, now);
            if (age >= Ripe && age < Kept + Ripe)
            {
                var conduct = clients.ConductOf(client, hashOf(client), onset);
                watched++;
                visitors += conduct == ClientConduct.Visitor ? 1 : 0;
                singleMinded += conduct == ClientConduct.SingleMinded || (isUrgent && conduct == ClientConduct.Unclear) ? 1 : 0;
            }
        }

        return watched < Enough ? GroupNature.Unknown
            : visitors >= VisitorsPart * watched ? GroupNature.Visitors
            : singleMinded >= ToolPart * watched ? GroupNature.Tool
            : GroupNature.Unknown;
    }

    private (ClientKey Client, long Age) At(int place, long now)
    {
        using var hold = new SpinHold(ref _gate);
        return (_clients[place], now - _since[place]);
    }
}
