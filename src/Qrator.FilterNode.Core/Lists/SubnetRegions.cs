using System.Numerics;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Lists;

/// <summary>
/// Which lengths the subnets around an address may have, so that a look-up probes only those, and nothing at all for most addresses. A subnet of 24 to 31
/// bits belongs to the region of its first 24, one of 32 to 39 to that of its first 32, and so on; each region has a bit for each of the eight lengths, in
/// a byte that a hash picks. Regions may share a byte (a Bloom filter with one hash; Bloom, 1970): then a length is probed in vain, never left out. A byte
/// for four subnets at least, up to 4 MiB. Readers take no lock. Safe for any number of threads.
/// </summary>
internal sealed class SubnetRegions
{
    private const int LengthsOfRegion = 8;
    private const int BytesForSubnet = 8;
    private const int LeastBytes = 4_096;
    private const int MostBytes = 4_194_304;

    private readonly SubnetLengths _lengths = new();
    private readonly Lock _lock = new();
    private readonly Lock _renewing = new();
    private byte[] _regions = new byte[1];
    private byte[]? _next;
    private int _subnets;
    private int _gone;

    /// <summary>Whether there is any subnet.</summary>
    public bool Any => _lengths.Any;

    /// <summary>Whether too many regions share a byte, or too many bits are left of subnets that are gone.</summary>
    public bool IsWorthRenewing
    {
        get
        {
            var (subnets, bytes) = (Volatile.Read(ref _subnets), Volatile.Read(ref _regions).Length);
            return (subnets > bytes / 4 && bytes < MostBytes) || Volatile.Read(ref _gone) > Math.Max(subnets, LeastBytes / BytesForSubnet);
        }
    }

    /// <summary>The bytes that regions share.</summary>
    public int Bytes => Volatile.Read(ref _regions).Length;

    /// <summary>Counts a subnet in. MUST come before readers can find it.</summary>
    public void Enter(in ClientKey address, int bits)
    {
        lock (_lock)
        {
            Mark(_regions, address, bits);
            if (_next is { } next)
            {
                Mark(next, address, bits);
            }

            _subnets++;
        }

        // Last, as readers ask for lengths first.
        _lengths.Enter(bits);
    }

    /// <summary>Counts a subnet out. MUST come when no reader needs to find it any more.</summary>
    public void Leave(int bits)
    {
        _lengths.Leave(bits);
        lock (_lock)
        {
            _subnets--;
            _gone++;
        }
    }

    /// <summary>
    /// The longest that a subnet around an address can be and is not over <paramref name="bits"/> (0 to 127), or 0. IPv4 and IPv6 are two worlds: no IPv6
    /// subnet holds an IPv4 address.
    /// </summary>
    public int LongestAround(in ClientKey address, int bits)
    {
        var least = address.IsIPv4 ? NetworkPrefix.MappedBits + 1 : 1;
        for (bits = _lengths.LongestUpTo(bits); bits >= least; bits = _lengths.LongestUpTo(Math.Max(0, RegionOf(bits) - 1)))
        {
            var regions = Volatile.Read(ref _regions);
            var lengths = regions[IndexOf(regions, address, bits)] & ((2 << (bits % LengthsOfRegion)) - 1);
            if (lengths != 0)
            {
                return RegionOf(bits) + BitOperations.Log2((uint)lengths);
            }
        }

        return 0;
    }

    /// <summary>
    /// Makes the bytes anew, of the size that fits, from <paramref name="subnets"/>, which MUST give every subnet that has been there all the time since it
    /// was first asked: one that comes meanwhile is marked in the old bytes and in the new ones, so that readers miss none whichever they have. Not to be
    /// called under a lock that <paramref name="subnets"/> takes. One thread at a time; a second leaves it to the first.
    /// </summary>
    public void Renew(IEnumerable<SubnetKey> subnets)
    {
        if (!_renewing.TryEnter())
        {
            return;
        }

        try
        {
            byte[] next;
            lock (_lock)
            {
                next = _next = new byte[BytesFor(_subnets)];
                _gone = 0;
            }

            foreach (var subnet in subnets)
            {
                lock (_lock)
                {
                    Mark(next, subnet.Address, subnet.SubnetBits);
                }
            }

            lock (_lock)
            {
                Volatile.Write(ref _regions, next);
                _next = null;
            }
        }
        finally
        {
            _renewing.Exit();
        }
    }

    private static int BytesFor(int subnets) =>
        (int)Math.Clamp(BitOperations.RoundUpToPowerOf2((ulong)subnets * BytesForSubnet), LeastBytes, MostBytes);

    private static int RegionOf(int bits) => bits / LengthsOfRegion * LengthsOfRegion;

    private static void Mark(byte[] regions, in ClientKey address, int bits) =>
        regions[IndexOf(regions, address, bits)] |= (byte)(1 << (bits % LengthsOfRegion));

    // Multiplicative hashing (Knuth, volume 3, section 6.4), the upper half scaled to the bytes.
    private static int IndexOf(byte[] regions, in ClientKey address, int bits)
    {
        var region = address.Prefix(RegionOf(bits));
        var hash = ((region.High ^ BitOperations.RotateLeft(region.Low, 32)) + (ulong)(bits / LengthsOfRegion)) * 0x9E37_79B9_7F4A_7C15;
        return (int)(((hash >> 32) * (ulong)regions.Length) >> 32);
    }
}
