using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Lists;

/// <summary>
/// Picks of the requests that are over a bucket the first of a client within a minute, so that a flood is one record. A fixed table: of very many
/// clients at once some are picked more often. Allocates nothing after its making. Safe for any number of threads.
/// </summary>
internal sealed class RecentExcess
{
    private const int Slots = 8_192;
    private const uint Seconds = 60;

    // 32 bits of the hash of client and rule, 32 of the second.
    private readonly ulong[] _slots = new ulong[Slots];

    /// <summary>Whether this one is to be told.</summary>
    /// <param name="client">Who.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="now">Now, in ticks of the node's clock.</param>
    public bool IsFirst(in ClientKey client, string rule, long now)
    {
        var hash = (uint)HashCode.Combine(client, rule);
        var second = (uint)(now / TimeSpan.TicksPerSecond);
        ref var slot = ref _slots[hash % Slots];
        var seen = Volatile.Read(ref slot);
        return ((uint)(seen >> 32) != hash || second - (uint)seen >= Seconds)
            && Interlocked.CompareExchange(ref slot, ((ulong)hash << 32) | second, seen) == seen;
    }
}
