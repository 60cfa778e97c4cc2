using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.RateLimits;

namespace Qrator.FilterNode.Behavior.History;

/// <summary>
/// The clients of a service, in memory that is fixed from the start: a hash table in sets of eight. Who finds no room takes the place of the
/// client of the set that was seen longest ago; a client with a calm history makes room only when no other can, and during an attack to nobody,
/// so that a flood from any number of addresses does not wash the audience out. Each call holds one of 256 spin locks for some ten nanoseconds.
/// Safe for any number of threads.
/// </summary>
internal sealed class ClientTable
{
    /// <summary>The time over which what a client does is added up.</summary>
    public const long Window = TimeSpan.TicksPerSecond * 5;

    /// <summary>Bytes a client takes.</summary>
    public static readonly int BytesAClient = Unsafe.SizeOf<ClientEntry>() + sizeof(ushort) + sizeof(uint);

    private const int Ways = 8;
    private const int Gates = 256;
    private const int IntsPerLine = 16;
    private const uint KnownMark = 0x8000_0000;
    private const float UsualFades = 0.995f;

    private readonly int _sets;
    private readonly ushort[] _tags;
    private readonly uint[] _seen;
    private readonly ClientEntry[] _entries;
    private readonly int[] _gates = new int[Gates * IntsPerLine];
    private int _tracked;
    private int _known;

    /// <summary>An empty table that takes up to <paramref name="bytes"/>, and room for 64 clients at least.</summary>
    public ClientTable(long bytes)
    {
        _sets = (int)Math.Clamp(bytes / (BytesAClient * Ways), 8, 1 << 24);
        _tags = new ushort[_sets * Ways];
        _seen = new uint[_sets * Ways];
        _entries = new ClientEntry[_sets * Ways];
    }

    /// <summary>How many clients there is room for.</summary>
    public int Capacity => _entries.Length;

    /// <summary>Bytes of the table.</summary>
    public long Bytes => (long)Capacity * BytesAClient;

    /// <summary>Clients in the table.</summary>
    public int Tracked => Volatile.Read(ref _tracked);

    /// <summary>Those with a calm history.</summary>
    public int Known => Volatile.Read(ref _known);

    /// <summary>Counts a request that arrives.</summary>
    /// <param name="client">Who.</param>
    /// <param name="hash">The client's hash.</param>
    /// <param name="page">The hash of what it asks for.</param>
    /// <param name="isUsualPage">Whether the site's visitors ask for that.</param>
    /// <param name="now">Now, in ticks.</param>
    /// <param name="onset">When the attack began; <paramref name="now"/> when there is none.</param>
    public ClientView Arrive(in ClientKey client, ulong hash, ulong page, bool isUsualPage, long now, long onset)
    {
        var set = Set(hash);
        using var hold = new SpinHold(ref Gate(set));
        var place = Find(client, hash, set);
        if (place < 0 && (place = Take(client, hash, set, now, attack: onset < now)) < 0)
        {
            return new(Tracked: false, Known: false, Browses: false, Settled: false, Streak: 1, 1, 0, 0, 0, 1, 0);
        }

        ref var entry = ref _entries[place];
        if (now - entry.WindowStart >= Window || now < entry.WindowStart)
        {
            entry.UsualRequests = onset < now ? entry.UsualRequests : Math.Max(entry.UsualRequests * UsualFades, entry.Requests);
            entry.WindowStart = now;
            (entry.Requests, entry.OriginMilliseconds, entry.Errors, entry.Bytes) = (0, 0, 0, 0);
        }

        entry.Requests += entry.Requests < ushort.MaxValue ? (ushort)1 : (ushort)0;
        entry.InFlight += entry.InFlight < ushort.MaxValue ? (ushort)1 : (ushort)0;
        entry.Streak = entry.LastPage == (uint)page ? (byte)Math.Min(entry.Streak + 1, 3) : (byte)1;
        entry.LastPage = (uint)page;
        entry.CountPage(page, isUsualPage);
        var known = entry.IsKnown(onset);
        Mark(place, now, known);
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
        var set = Set(hash);
        using var hold = new SpinHold(ref Gate(set));
        var place = Find(client, hash, set);
        if (place < 0)
        {
            return default;
        }

        ref var entry = ref _entries[place];
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
        var set = Set(hash);
        using var hold = new SpinHold(ref Gate(set));
        if (Find(client, hash, set) is >= 0 and var place)
        {
            ref var entry = ref _entries[place];
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
        var set = Set(hash);
        using var hold = new SpinHold(ref Gate(set));
        return Find(client, hash, set) is >= 0 and var place ? _entries[place].Conduct(onset) : ClientConduct.Unclear;
    }

    /// <summary>A client as it is; false when it is not in the table. Counts nothing.</summary>
    public bool TryGet(in ClientKey client, ulong hash, long now, out ClientEntry found)
    {
        var set = Set(hash);
        using var hold = new SpinHold(ref Gate(set));
        var place = Find(client, hash, set);
        found = place < 0 ? default : _entries[place];
        if (place >= 0 && now - found.WindowStart >= Window)
        {
            (found.Requests, found.OriginMilliseconds, found.Errors, found.Bytes) = (0, 0, 0, 0);
        }

        return place >= 0;
    }

    /// <summary>Leaves the client alone for a while.</summary>
    public void Settle(in ClientKey client, ulong hash, long until)
    {
        var set = Set(hash);
        using var hold = new SpinHold(ref Gate(set));
        if (Find(client, hash, set) is >= 0 and var place)
        {
            _entries[place].SettledUntil = Seconds(until);
        }
    }

    /// <summary>
    /// Forgets the good answers of a client that was found out: those of the first seconds of its attack would be a calm history in the next one.
    /// </summary>
    public void Discredit(in ClientKey client, ulong hash)
    {
        var set = Set(hash);
        using var hold = new SpinHold(ref Gate(set));
        if (Find(client, hash, set) is >= 0 and var place)
        {
            ref var entry = ref _entries[place];
            (entry.GoodBefore, entry.GoodNow, entry.Pages) = (0, 0, 0);
            if ((_seen[place] & KnownMark) != 0)
            {
                _seen[place] &= ~KnownMark;
                Interlocked.Decrement(ref _known);
            }
        }
    }

    /// <summary>Takes over as many clients of another table as fit. What others change there meanwhile may be lost.</summary>
    public void CopyFrom(ClientTable other, Func<ClientKey, ulong> hashOf)
    {
        for (var i = 0; i < other.Capacity; i++)
        {
            var (entry, seen) = (other._entries[i], other._seen[i]);
            var hash = hashOf(entry.Client);
            if (seen != 0 && Find(entry.Client, hash, Set(hash)) < 0
                && Take(entry.Client, hash, Set(hash), (seen & ~KnownMark) * TimeSpan.TicksPerSecond, attack: false) is >= 0 and var place)
            {
                _entries[place] = entry;
                Mark(place, (seen & ~KnownMark) * TimeSpan.TicksPerSecond, (seen & KnownMark) != 0);
            }
        }
    }

    private static uint Seconds(long ticks) => (uint)(ticks / TimeSpan.TicksPerSecond);

    private int Set(ulong hash) => (int)(((hash >> 32) * (ulong)_sets) >> 32);

    private ref int Gate(int set) => ref _gates[(set & (Gates - 1)) * IntsPerLine];

    // 0 is a free place.
    private static ushort Tag(ulong hash) => (ushort)(hash | 1);

    private int Find(in ClientKey client, ulong hash, int set)
    {
        var first = set * Ways;
        var tags = Vector128.Create<ushort>(_tags.AsSpan(first, Ways));
        var hits = Vector128.Equals(tags, Vector128.Create(Tag(hash))).ExtractMostSignificantBits();
        for (; hits != 0; hits &= hits - 1)
        {
            var place = first + BitOperations.TrailingZeroCount(hits);
            if (_entries[place].Client == client)
            {
                return place;
            }
        }

        return -1;
    }

    private int Take(in ClientKey client, ulong hash, int set, long now, bool attack)
    {
        var first = set * Ways;
        var chosen = -1;
        var chosenSeen = uint.MaxValue;
        var seen = MemoryMarshal.CreateReadOnlySpan(ref _seen[first], Ways);
        for (var i = 0; i < Ways; i++)
        {
            // The mark makes clients with a history come last.
            if (seen[i] < chosenSeen)
            {
                (chosen, chosenSeen) = (first + i, seen[i]);
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

        _tags[chosen] = Tag(hash);
        _entries[chosen] = new() { Client = client, WindowStart = now };
        _seen[chosen] = Seconds(now);
        return chosen;
    }

    private void Mark(int place, long now, bool known)
    {
        var was = (_seen[place] & KnownMark) != 0;
        _seen[place] = Seconds(now) | (known || was ? KnownMark : 0);
        if (known && !was)
        {
            Interlocked.Increment(ref _known);
        }
    }
}
