using Qrator.FilterNode.Behavior.History;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.RateLimits;

namespace Qrator.FilterNode.Behavior.Judging;

/// <summary>
/// Some clients of a group that stands out, to see what becomes of them: a crowd of new visitors looks around on the site within seconds, a tool asks
/// for what it is after, and who only asked once does not come back. Adding is safe for any number of threads, judging for one.
/// </summary>
internal sealed class GroupSample
{
    private const int Places = 32;
    private const int Enough = 5;
    private const double VisitorsPart = 0.25;
    private const double ReturnsPart = 0.1;

    // A browser asks for the files of a page within two seconds.
    private static readonly long Ripe = TimeSpan.TicksPerSecond * 2;
    private static readonly long Kept = TimeSpan.TicksPerSecond * 8;
    private static readonly long Pause = TimeSpan.TicksPerSecond / 2;

    private readonly ClientKey[] _clients = new ClientKey[Places];
    private readonly long[] _since = new long[Places];
    private readonly bool[] _returned = new bool[Places];
    private int _gate;

    /// <summary>When the group stood out last, in ticks.</summary>
    public long LastSeen { get; set; }

    /// <summary>A client of the group has come. It takes a place that is free or has served its time.</summary>
    public void Add(in ClientKey client, ulong hash, long now)
    {
        var place = (int)(hash >> 40) & (Places - 1);
        var age = now - Volatile.Read(ref _since[place]);
        if (age < Pause || (age < Kept && _returned[place]))
        {
            return;
        }

        using var hold = new SpinHold(ref _gate);
        if (age >= Kept)
        {
            (_clients[place], _since[place], _returned[place]) = (client, now, false);
        }
        else if (_clients[place] == client)
        {
            _returned[place] = true;
        }
    }

    /// <summary>What the clients that have been watched for long enough give to think of their group.</summary>
    /// <param name="clients">What is known of clients.</param>
    /// <param name="hashOf">The hash of a client.</param>
    /// <param name="now">Now, in ticks.</param>
    /// <param name="onset">When the attack began; now when there is none.</param>
    /// <param name="isUrgent">Whether the group does harm already, so that it is not waited for who comes back.</param>
    public GroupNature Judge(ClientTable clients, Func<ClientKey, ulong> hashOf, long now, long onset, bool isUrgent)
    {
        var (watched, visitors, returned) = (0, 0, 0);
        for (var place = 0; place < Places; place++)
        {
            ClientKey client;
            using (new SpinHold(ref _gate))
            {
                client = _clients[place];
            }

            var age = now - _since[place];
            if (age >= Ripe && age < Kept + Ripe && clients.IsVisitor(client, hashOf(client), onset) is { } isVisitor)
            {
                watched++;
                visitors += isVisitor ? 1 : 0;
                returned += _returned[place] ? 1 : 0;
            }
        }

        return watched < Enough ? GroupNature.Unknown
            : visitors >= VisitorsPart * watched ? GroupNature.Visitors
            : isUrgent || returned >= ReturnsPart * watched ? GroupNature.Tool
            : GroupNature.Unknown;
    }
}
