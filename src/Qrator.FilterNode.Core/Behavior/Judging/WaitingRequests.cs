using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Qrator.FilterNode.Behavior.Traits;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Behavior.Judging;

/// <summary>
/// Requests on their way from the request path to the tick that counts their groups: a ring of fixed size, in which each place says which turn of the
/// ring its request belongs to (after D. Vyukov's bounded queue). The more of them wait, the fewer are taken in and the more each stands for, so that
/// any flood finds room. Adding waits for nobody and is safe for any number of threads; taking is for one.
/// </summary>
internal sealed class WaitingRequests
{
    private const int Most = 2_048;
    private const int Least = 256;
    private const int Steps = 8;

    private readonly Place[] _places;
    private long _added;
    private long _taken;
    private long _lost;

    /// <summary>A ring of up to <paramref name="bytes"/>, with room for 256 requests at least and 2,048 at most.</summary>
    public WaitingRequests(long bytes)
    {
        var capacity = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp((bytes / Unsafe.SizeOf<Place>() / 2) + 1, Least, Most));
        _places = new Place[capacity];
    }

    /// <summary>How many can wait, a power of two.</summary>
    public int Capacity => _places.Length;

    /// <summary>With so many waiting half of the requests are taken in, with twice as many a quarter, and so on.</summary>
    public int Step => Capacity / Steps;

    /// <summary>Bytes of the ring.</summary>
    public long Bytes => (long)Capacity * Unsafe.SizeOf<Place>();

    /// <summary>Requests that found no room.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Says that a request will be added in some ten nanoseconds: its place begins to come into the caches. Waits for nothing.</summary>
    public unsafe void Expect()
    {
        if (Sse.IsSupported)
        {
            var place = (byte*)Unsafe.AsPointer(ref PlaceOf(Volatile.Read(ref _added)));
            Sse.Prefetch0(place);
            Sse.Prefetch0(place + Unsafe.SizeOf<Place>() - 1);
        }
    }

    /// <summary>Of how many requests one is taken in now: <paramref name="oneIn"/>, or more when many wait.</summary>
    /// <param name="oneIn">A power of two, up to 64.</param>
    public int OneIn(int oneIn)
    {
        // What was taken is read first, so that it is never more than what was added.
        var taken = Volatile.Read(ref _taken);
        return oneIn << (int)(Math.Min(Capacity, Volatile.Read(ref _added) - taken) / Step);
    }

    /// <summary>Adds a request, or loses it when there is no room.</summary>
    public void Add(in ClientKey client, in RequestTraits traits, int streak, int standsFor, long now)
    {
        var place = Volatile.Read(ref _added);
        while (true)
        {
            if (place - Volatile.Read(ref _taken) >= Capacity)
            {
                Interlocked.Increment(ref _lost);
                return;
            }

            var found = Interlocked.CompareExchange(ref _added, place + 1, place);
            if (found == place)
            {
                break;
            }

            place = found;
        }

        ref var free = ref PlaceOf(place);
        free.Request = new(client, traits, streak, standsFor, now);
        Volatile.Write(ref free.Turn, place + 1);
    }

    /// <summary>Takes the request that waits longest; false when there is none, or its thread is still writing it.</summary>
    public bool TryTake(out WaitingRequest request)
    {
        ref var place = ref PlaceOf(_taken);
        if (Volatile.Read(ref place.Turn) != _taken + 1)
        {
            request = default;
            return false;
        }

        request = place.Request;
        Volatile.Write(ref _taken, _taken + 1);
        return true;
    }

    // The number is below that of the places, so that nothing beyond the array is reached.
    private ref Place PlaceOf(long number) =>
        ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_places), (int)number & (Capacity - 1));

    private struct Place
    {
        public long Turn;
        public WaitingRequest Request;
    }
}
