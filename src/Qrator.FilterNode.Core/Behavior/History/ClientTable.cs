using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.RateLimits;

namespace Qrator.FilterNode.Behavior.History;

/// <summary>
/// The clients of a service, in memory that is fixed from the start: a hash table in sets of eight. Who finds no room takes the place of the
/// client of the set that was seen longest ago; a client with a calm history makes room only when no other can, and during an attack to nobody,
/// so that a flood from any number of addresses does not wash the audience out. Each call holds the spin lock of the client's set for some ten
/// nanoseconds. Safe for any number of threads.
/// </summary>
internal sealed class ClientTable
{
    /// <summary>The time over which what a client does is added up.</summary>
    public const long Window = TimeSpan.TicksPerSecond * 5;

    /// <summary>Bytes of a set of clients.</summary>
    public static readonly int BytesASet = Unsafe.SizeOf<ClientSet>();

    private const uint KnownMark = 0x8000_0000;
    private const float UsualFades = 0.995f;

    private readonly int _sets;

    // Pinned and with one set too many, so that the first begins with a line of the cache and goes on doing so.
    private readonly ClientSet[] _memory;
    private readonly nuint _first;
    private int _tracked;
    private int _known;

    /// <summary>An empty table that takes up to <paramref name="bytes"/>, and room for 64 clients at least.</summary>
    public unsafe ClientTable(long bytes)
    {
        _sets = (int)Math.Clamp((bytes / BytesASet) - 1, 8, 1 << 24);
        _memory = GC.AllocateArray<ClientSet>(_sets + 1, pinned: true);
        var address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_memory));
        HugePages.Ask(address, Bytes);
        _first = (ClientSet.BytesPerLine - (address % ClientSet.BytesPerLine)) % ClientSet.BytesPerLine;
    }

    /// <summary>How many clients there is room for.</summary>
    public int Capacity => _sets * ClientSet.Ways;

    /// <summary>Bytes of the table.</summary>
    public long Bytes => (long)_memory.Length * BytesASet;

    /// <summary>Clients in the table.</summary>
    public int Tracked => Volatile.Read(ref _tracked);

    /// <summary>Those with a calm history.</summary>
    public int Known => Volatile.Read(ref _known);

    /// <summary>
    /// Says that a client will be asked for in some ten nanoseconds: what is known of it begins to come into the caches, from memory where there are many
    /// clients. Waits for nothing.
    /// </summary>
    public unsafe void Expect(ulong hash)
    {
        if (Sse.IsSupported)
        {
            // All of the set: which line is the client's is said in the first one, and that would have to be waited for.
            var first = (byte*)Unsafe.AsPointer(ref SetOf(hash));
            for (var line = 0; line < ClientSet.Lines; line++)
            {
                Sse.Prefetch0(first + (line * ClientSet.BytesPerLine));
            }
        }
    }

    /// <summary>Counts a request that arrives.</summary>
    /// <param name="client">Who.</param>
    /// <param name="hash">The client's hash.</param>
    /// <param name="page">The hash of what it asks for.</param>
    /// <param name="isUsualPage">Whether the site's visitors ask for that.</param>
    /// <param name="now">Now, in ticks.</param>
    /// <param name="onset">When the attack began; <paramref name="now"/> when there is none.</param>
    public ClientView Arrive(in ClientKey client, ulong hash, ulong page, bool isUsualPage, long now, long onset)
    {
        ref var set = ref SetOf(hash);
        using var hold = new SpinHold(ref set.Gate);
        var way = Find(ref set, client, hash);
        if (way < 0 && (way = Take(ref set, client, hash, now, attack: onset < now)) < 0)
        {
            return new(Tracked: false, Known: false, Browses: false, Settled: false, Streak: 1, 1, 0, 0, 0, 1, 0);
        }

        ref var entry = ref set.Clients[way];
        if (now - entry.WindowStart >= Window || now < entry.WindowStart)
        {
            entry.UsualRequests = onset < now ? entry.UsualRequests : Math.Max(entry.UsualRequests * UsualFades, entry.Requests);
            entry.WindowStart = now;
            (entry.Requests, entry.OriginMilliseconds, entry.Errors, entry.Bytes) = (0, 0, 0, 0);
        }

        entry.Requests += entry.Requests < ushort.MaxValue ? (ushort)1 : (ushort)0;
        entry.InFlight += entry.InFlight < ushort.MaxValue ? (ushort)1 : (ushort)0;
        entry.CountPage(page, isUsualPage);
        var known = entry.IsKnown(onset);
        Mark(ref set, way, now, known);
        return new(
            Tracked: true,
            known,
            entry.Browses,
            entry.SettledUntil > Seconds(now),
            entry.Streak,
            entry.Requests,
            entry.UsualRequests,
            entry.OriginMilliseconds,
            entry.Errors,
            entry.InFlight,
            entry.Ends >= 20 ? (float)entry.ErrorEnds / entry.Ends : 0);
    }

    /// <summary>Counts the end of a request.</summary>
    /// <param name="client">Who.</param>
    /// <param name="hash">The client's hash.</param>
    /// <param name="end">How it ended.</param>
    /// <param name="now">Now, in ticks.</param>
    /// <param name="onset">When the attack began; <paramref name="now"/> when there is none, and only then does a good answer make history.</param>
    public ClientEnd End(in ClientKey client, ulong hash, in RequestEnd end, long now, long onset)
    {
        ref var set = ref SetOf(hash);
        using var hold = new SpinHold(ref set.Gate);
        var way = Find(ref set, client, hash);
        if (way < 0)
        {
            return default;
        }

        ref var entry = ref set.Clients[way];
        entry.InFlight -= entry.InFlight > 0 ? (ushort)1 : (ushort)0;
        var (origin, errors) = (entry.OriginMilliseconds, entry.Errors);
        entry.OriginMilliseconds += end.OriginMilliseconds;
        entry.Errors += end.IsError && entry.Errors < ushort.MaxValue ? (ushort)1 : (ushort)0;
        entry.Bytes += end.Bytes;
        entry.CountEnd(end.IsError, end.IsFailure);
        if (end.IsGood && onset >= now)
        {
            entry.CountGood(now);
        }

        return new(Tracked: true, entry.IsKnown(onset), origin, entry.OriginMilliseconds, errors, entry.Errors);
    }

    /// <summary>Undoes the request in flight that <see cref="Arrive"/> counted, for a request that is not let in; and leaves the client alone for a while.</summary>
    /// <param name="client">Who.</param>
    /// <param name="hash">The client's hash.</param>
    /// <param name="settledUntil">Until when, in ticks; 0 for not at all.</param>
    public void Refuse(in ClientKey client, ulong hash, long settledUntil)
    {
        ref var set = ref SetOf(hash);
        using var hold = new SpinHold(ref set.Gate);
        if (Find(ref set, client, hash) is >= 0 and var way)
        {
            ref var entry = ref set.Clients[way];
            entry.InFlight -= entry.InFlight > 0 ? (ushort)1 : (ushort)0;
            entry.SettledUntil = Math.Max(entry.SettledUntil, Seconds(settledUntil));
        }
    }

    /// <summary>What a client looks like by what it has done.</summary>
    /// <param name="client">Who.</param>
    /// <param name="hash">The client's hash.</param>
    /// <param name="onset">When the attack began; now when there is none.</param>
    public ClientConduct ConductOf(in ClientKey client, ulong hash, long onset)
    {
        ref var set = ref SetOf(hash);
        using var hold = new SpinHold(ref set.Gate);
        return Find(ref set, client, hash) is >= 0 and var way ? set.Clients[way].Conduct(onset) : ClientConduct.Unclear;
    }

    /// <summary>A client as it is; false when it is not in the table. Counts nothing.</summary>
    public bool TryGet(in ClientKey client, ulong hash, long now, out ClientEntry found)
    {
        ref var set = ref SetOf(hash);
        using var hold = new SpinHold(ref set.Gate);
        var way = Find(ref set, client, hash);
        found = way < 0 ? default : set.Clients[way];
        if (way >= 0 && now - found.WindowStart >= Window)
        {
            (found.Requests, found.OriginMilliseconds, found.Errors, found.Bytes) = (0, 0, 0, 0);
        }

        return way >= 0;
    }

    /// <summary>Leaves the client alone for a while.</summary>
    public void Settle(in ClientKey client, ulong hash, long until)
    {
        ref var set = ref SetOf(hash);
        using var hold = new SpinHold(ref set.Gate);
        if (Find(ref set, client, hash) is >= 0 and var way)
        {
            set.Clients[way].SettledUntil = Seconds(until);
        }
    }

    /// <summary>
    /// Forgets the good answers of a client that was found out: those of the first seconds of its attack would be a calm history in the next one.
    /// </summary>
    public void Discredit(in ClientKey client, ulong hash)
    {
        ref var set = ref SetOf(hash);
        using var hold = new SpinHold(ref set.Gate);
        if (Find(ref set, client, hash) is >= 0 and var way)
        {
            ref var entry = ref set.Clients[way];
            (entry.GoodBefore, entry.GoodNow) = (0, 0);
            entry.ForgetPages();
            if ((set.Seen[way] & KnownMark) != 0)
            {
                set.Seen[way] &= ~KnownMark;
                Interlocked.Decrement(ref _known);
            }
        }
    }

    /// <summary>Takes over as many clients of another table as fit. What others change there meanwhile may be lost.</summary>
    public void CopyFrom(ClientTable other, Func<ClientKey, ulong> hashOf)
    {
        for (var i = 0; i < other.Capacity; i++)
        {
            ref var from = ref other.SetAt(i / ClientSet.Ways);
            var (entry, seen) = (from.Clients[i % ClientSet.Ways], from.Seen[i % ClientSet.Ways]);
            var hash = hashOf(entry.Client);
            ref var set = ref SetOf(hash);
            using var hold = new SpinHold(ref set.Gate);
            if (seen != 0 && Find(ref set, entry.Client, hash) < 0
                && Take(ref set, entry.Client, hash, (seen & ~KnownMark) * TimeSpan.TicksPerSecond, attack: false) is >= 0 and var way)
            {
                set.Clients[way] = entry;
                Mark(ref set, way, (seen & ~KnownMark) * TimeSpan.TicksPerSecond, (seen & KnownMark) != 0);
            }
        }
    }

    private static uint Seconds(long ticks) => (uint)(ticks / TimeSpan.TicksPerSecond);

    private ref ClientSet SetOf(ulong hash) => ref SetAt((int)(((hash >> 32) * (ulong)_sets) >> 32));

    // The number is below the number of sets, so that nothing beyond the memory is reached.
    private ref ClientSet SetAt(int set) => ref Unsafe.AddByteOffset(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_memory), set), _first);

    private static int Find(ref ClientSet set, in ClientKey client, ulong hash)
    {
        for (var hits = set.Candidates(hash); hits != 0; hits &= hits - 1)
        {
            var way = BitOperations.TrailingZeroCount(hits);
            if (set.Clients[way].Client == client)
            {
                return way;
            }
        }

        return -1;
    }

    private int Take(ref ClientSet set, in ClientKey client, ulong hash, long now, bool attack)
    {
        var chosen = ClientSet.Home(hash);
        var chosenSeen = set.Seen[chosen];
        for (var way = 0; way < ClientSet.Ways; way++)
        {
            // The mark makes clients with a history come last.
            if (set.Seen[way] < chosenSeen)
            {
                (chosen, chosenSeen) = (way, set.Seen[way]);
            }
        }

        if ((chosenSeen & KnownMark) != 0)
        {
            if (attack)
            {
                return -1;
            }

            Interlocked.Decrement(ref _known);
        }

        if (chosenSeen == 0)
        {
            Interlocked.Increment(ref _tracked);
        }

        set.Tags[chosen] = ClientSet.Tag(hash);
        set.Clients[chosen] = new() { Client = client, WindowStart = now };
        set.Seen[chosen] = Seconds(now);
        return chosen;
    }

    private void Mark(ref ClientSet set, int way, long now, bool known)
    {
        var was = (set.Seen[way] & KnownMark) != 0;
        set.Seen[way] = Seconds(now) | (known || was ? KnownMark : 0);
        if (known && !was)
        {
            Interlocked.Increment(ref _known);
        }
    }
}
