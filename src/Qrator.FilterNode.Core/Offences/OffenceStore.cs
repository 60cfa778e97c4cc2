using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Offences;

/// <summary>
/// How often clients broke the protocol lately, in a fixed number of slots: half a megabyte, whoever comes. A client has four slots to be
/// in; when all are taken by others, it takes the one with the fewest offences, or the older of such. Counting allocates nothing. Safe for
/// any number of threads.
/// </summary>
public sealed class OffenceStore
{
    private const int Ways = 4;
    private const int Locks = 64;

    // The multiplier of Fibonacci hashing, 2^64 divided by the golden ratio; random at start, so that nobody can aim at the slots of another.
    private static readonly ulong Seed = (ulong)Random.Shared.NextInt64() | 1;

    private readonly OffenceSlot[] _slots;
    private readonly Lock[] _locks = [.. Enumerable.Range(0, Locks).Select(_ => new Lock())];
    private readonly int _sets;

    /// <summary>Nobody has offended yet.</summary>
    /// <param name="slots">Clients remembered at once; a power of two from 256 up.</param>
    public OffenceStore(int slots = 16_384)
    {
        _slots = new OffenceSlot[slots];
        _sets = slots / Ways;
    }

    /// <summary>Counts one offence.</summary>
    /// <param name="client">Who.</param>
    /// <param name="now">Now, in ticks of the node's clock.</param>
    /// <param name="window">How long offences are counted together, from the first of them on.</param>
    /// <returns>How many the client has in the window, this one included.</returns>
    public int Count(in ClientKey client, long now, TimeSpan window)
    {
        var set = SetOf(client);
        lock (_locks[set % Locks])
        {
            ref var slot = ref Find(set, client, now - window.Ticks);
            if (slot.Count == 0 || slot.Client != client || now - slot.Since >= window.Ticks)
            {
                slot = new() { Client = client, Since = now };
            }

            return ++slot.Count;
        }
    }

    /// <summary>Forgets a client: it starts clean.</summary>
    public void Remove(in ClientKey client)
    {
        var set = SetOf(client);
        lock (_locks[set % Locks])
        {
            foreach (ref var slot in _slots.AsSpan(set * Ways, Ways))
            {
                slot = slot.Client == client ? default : slot;
            }
        }
    }

    /// <summary>The slot of the client, or the one that is missed least.</summary>
    private ref OffenceSlot Find(int set, in ClientKey client, long overBefore)
    {
        var slots = _slots.AsSpan(set * Ways, Ways);
        var least = 0;
        for (var i = 0; i < Ways; i++)
        {
            if (slots[i].Client == client && slots[i].Count > 0)
            {
                return ref slots[i];
            }

            least = Worth(slots[i], overBefore).CompareTo(Worth(slots[least], overBefore)) < 0 ? i : least;
        }

        return ref slots[least];
    }

    private static (int Count, long Since) Worth(in OffenceSlot slot, long overBefore) => (slot.Since <= overBefore ? 0 : slot.Count, slot.Since);

    private int SetOf(in ClientKey client)
    {
        var mixed = (client.High ^ Seed) * 0x9E37_79B9_7F4A_7C15;
        mixed = (mixed ^ (mixed >> 32) ^ client.Low) * Seed;
        return (int)((mixed ^ (mixed >> 29)) >> 16 & (ulong)(_sets - 1));
    }
}
