using System.Numerics;
using System.Runtime.CompilerServices;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Lists;

/// <summary>
/// Which lengths the subnets around an address may have, so that a look-up probes only those, and nothing at all for most addresses. A subnet of 24 to 31
/// bits belongs to the region of its first 24, one of 32 to 39 to that of its first 32, and so on; each region has a bit for each of the eight lengths, in
/// a byte that a hash picks. Regions may share a byte (a Bloom filter with one hash; Bloom, 1970): then a length is probed in vain, never left out. A byte
/// in eight is in use at most, up to 4 MiB. In front of them IPv4 has a bit for each block of addresses with the same first 16 bits, which costs least to ask. Readers take no lock. Safe
/// for any number of threads.
/// </summary>
internal sealed class SubnetRegions
{
    private const int Lengths = 8;
    private const int Steps = 128 / Lengths;
    private const int BytesForSubnet = 16;
    private const int LeastBytes = 16_384;
    private const int MostBytes = 4_194_304;
    private const int BlockBits = 16;
    private const int BitsPerWord = 64;

    // Before they are made for the first time nothing is ruled out, and the many lists that never have a subnet share this. Never written to.
    private static readonly ulong[] AnyBlock = NewBlocks(ulong.MaxValue);

    private readonly Lock _lock = new();
    private readonly Lock _renewing = new();
    private readonly int[] _bySteps = new int[2 * Steps];
    private byte[] _regions = new byte[1];
    private byte[]? _nextRegions;
    private ulong[] _blocks = AnyBlock;
    private ulong[]? _nextBlocks;
    private uint _steps;
    private int _subnets;
    private int _gone;

    /// <summary>Whether there is any subnet.</summary>
    public bool Any => Volatile.Read(ref _steps) != 0;

    /// <summary>Whether too many regions share a byte, or too many bits are left of subnets that are gone.</summary>
    public bool IsWorthRenewing
    {
        get
        {
            var (subnets, bytes) = (Volatile.Read(ref _subnets), Bytes);
            return (subnets > bytes / (BytesForSubnet / 2) && bytes < MostBytes) || Volatile.Read(ref _gone) > Math.Max(subnets, LeastBytes / BytesForSubnet);
        }
    }

    /// <summary>The bytes that regions share.</summary>
    public int Bytes => Volatile.Read(ref _regions).Length;

    /// <summary>Counts a subnet in. MUST come before readers can find it.</summary>
    public void Enter(in ClientKey address, int bits)
    {
        lock (_lock)
        {
            Mark(_regions, _blocks, address, bits);
            if (_nextRegions is { } regions && _nextBlocks is { } blocks)
            {
                Mark(regions, blocks, address, bits);
            }

            // Last, as readers ask for it first.
            Count(address, bits, 1);
        }
    }

    /// <summary>Counts a subnet out. MUST come when no reader needs to find it any more.</summary>
    public void Leave(in ClientKey address, int bits)
    {
        lock (_lock)
        {
            Count(address, bits, -1);
            _gone++;
        }
    }

    /// <summary>Whether there may be a subnet around an IPv4 address; a quick answer for most that are in none.</summary>
    public bool MayBeAround(uint ipv4)
    {
        var block = ipv4 >> (32 - BlockBits);
        return (Volatile.Read(ref _blocks)[block / BitsPerWord] >> (int)(block % BitsPerWord) & 1) != 0;
    }

    /// <summary>The longest that a subnet around an address can be and is not over <paramref name="bits"/> (0 to 127), or 0.</summary>
    public int LongestAround(in ClientKey address, int bits)
    {
        var steps = (Volatile.Read(ref _steps) >> FirstStepOf(address)) & ((2u << (bits / Lengths)) - 1) & ushort.MaxValue;
        while (steps != 0)
        {
            var step = BitOperations.Log2(steps);
            var regions = Volatile.Read(ref _regions);
            var lengths = regions[IndexOf(regions, address, step)] & (step == bits / Lengths ? (2u << (bits % Lengths)) - 1 : byte.MaxValue);
            if (lengths != 0)
            {
                return (step * Lengths) + BitOperations.Log2(lengths);
            }

            steps ^= 1u << step;
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
            byte[] regions;
            ulong[] blocks;
            lock (_lock)
            {
                regions = _nextRegions = new byte[BytesFor(_subnets)];
                blocks = _nextBlocks = NewBlocks(0);
                _gone = 0;
            }

            foreach (var subnet in subnets)
            {
                lock (_lock)
                {
                    Mark(regions, blocks, subnet.Address, subnet.SubnetBits);
                }
            }

            lock (_lock)
            {
                // One after the other, as each by itself knows of every subnet.
                Volatile.Write(ref _regions, regions);
                Volatile.Write(ref _blocks, blocks);
                (_nextRegions, _nextBlocks) = (null, null);
            }
        }
        finally
        {
            _renewing.Exit();
        }
    }

    // MUST be called under the lock.
    private void Count(in ClientKey address, int bits, int by)
    {
        var step = FirstStepOf(address) + (bits / Lengths);
        _bySteps[step] += by;
        _subnets += by;
        Volatile.Write(ref _steps, _bySteps[step] > 0 ? _steps | (1u << step) : _steps & ~(1u << step));
    }

    // IPv4 and IPv6 are two worlds: no IPv6 subnet holds an IPv4 address, and nobody asks for the other's lengths.
    private static int FirstStepOf(in ClientKey address) => address.IsIPv4 ? Steps : 0;

    private static int BytesFor(int subnets) =>
        (int)Math.Clamp(BitOperations.RoundUpToPowerOf2((ulong)subnets * BytesForSubnet), LeastBytes, MostBytes);

    private static void Mark(byte[] regions, ulong[] blocks, in ClientKey address, int bits)
    {
        regions[IndexOf(regions, address, bits / Lengths)] |= (byte)(1 << (bits % Lengths));
        if (address.IsIPv4 && blocks != AnyBlock)
        {
            var first = address.IPv4 >> (32 - BlockBits);
            var count = 1u << Math.Max(0, NetworkPrefix.MappedBits + BlockBits - bits);
            for (var block = first; block < first + count; block++)
            {
                blocks[block / BitsPerWord] |= 1UL << (int)(block % BitsPerWord);
            }
        }
    }

    private static ulong[] NewBlocks(ulong word)
    {
        var blocks = new ulong[(1 << BlockBits) / BitsPerWord];
        Array.Fill(blocks, word);
        return blocks;
    }

    // Multiplicative hashing (Knuth, volume 3, section 6.4) of the first bits of the address, the upper half scaled to the bytes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int IndexOf(byte[] regions, in ClientKey address, int step)
    {
        var region = step < Steps / 2
            ? FirstBits(address.High, step * Lengths)
            : address.High ^ FirstBits(address.Low, (step * Lengths) - 64);
        var hash = (region ^ ((ulong)step << 60)) * 0x9E37_79B9_7F4A_7C15;
        return (int)(((hash >> 32) * (ulong)regions.Length) >> 32);
    }

    // Twice, as 64 is too far for one shift.
    private static ulong FirstBits(ulong word, int bits) => word >> 1 >> (63 - bits);
}
