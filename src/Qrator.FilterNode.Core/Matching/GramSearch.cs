using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Qrator.FilterNode.Matching;

/// <summary>
/// Finds patterns by one gram of each: as many letters as fit into <typeparamref name="TGram"/>, chosen so that few patterns share it. Every
/// place of the text is hashed into a bit set first (the filter of R. M. Karp and M. O. Rabin 1987, for many patterns at once). Unlike the
/// steps of an automaton these look-ups do not wait for each other, so that their time hardly depends on how many patterns there are.
/// Immutable and safe for any number of threads.
/// </summary>
/// <typeparam name="TGram">An unsigned integer of 2 bytes (one letter), 4, 8 or 16.</typeparam>
internal sealed class GramSearch<TGram>
    where TGram : unmanaged, IBinaryInteger<TGram>, IUnsignedNumber<TGram>
{
    private const int PlacesPerBranch = 4;
    private const int LettersComparedAsOne = 64;

    // Words of 64 bits: 32 to 64 bits a gram, so that about one place in a thousand passes for nothing; 512 KB at most, to stay in the cache.
    private const int SmallestFilterBits = 3;
    private const int LargestFilterBits = 16;

    private readonly ulong[] _filter;
    private readonly int _filterShift;
    private readonly Slot[] _slots;
    private readonly int _slotShift;
    private readonly Entry[] _entries;

    /// <summary>Makes a search for distinct patterns of at least <see cref="Width"/> letters with their ids.</summary>
    public GramSearch(IReadOnlyList<(string Pattern, int Id)> patterns)
    {
        _entries = [.. Choose(patterns).OrderBy(entry => entry.Gram)];
        var filterBits = Math.Clamp(BitOperations.Log2((uint)_entries.Length), SmallestFilterBits, LargestFilterBits);
        _filter = new ulong[1 << filterBits];
        _filterShift = 64 - filterBits;
        var slotBits = BitOperations.Log2((uint)Math.Max(1, _entries.Length)) + 2;
        _slots = new Slot[1 << slotBits];
        _slotShift = 64 - slotBits;
        for (int start = 0, end; start < _entries.Length; start = end)
        {
            var gram = _entries[start].Gram;
            end = start + 1;
            while (end < _entries.Length && _entries[end].Gram == gram)
            {
                end++;
            }

            var hash = gram * Hashing.Multiplier;
            _filter[hash >> _filterShift] |= (1UL << FirstBitOf(hash)) | (1UL << SecondBitOf(hash));
            _slots[FindSlot(gram)] = new(gram, start, end);
        }
    }

    /// <summary>Letters in a gram.</summary>
    public static int Width => Unsafe.SizeOf<TGram>() / sizeof(char);

    /// <summary>Whether there is nothing to search for.</summary>
    public bool IsEmpty => _entries.Length == 0;

    /// <summary>Reports the patterns that occur, some of them several times.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="budget">Comparisons with patterns that may be made; each one is taken off, those with long patterns several times.</param>
    /// <param name="hits">Takes the ids.</param>
    /// <returns>False when the budget ran out before the end of the text.</returns>
    public bool TrySearch<THits>(scoped ReadOnlySpan<char> text, ref int budget, ref THits hits)
        where THits : struct, IHits, allows ref struct
    {
        // Reads stay inside the text, because Width letters are left at every place, and inside the filter, because a hash shifted so
        // is below its length. Four places to a branch, because most of the time goes into branches and bounds checks otherwise.
        ref var letters = ref MemoryMarshal.GetReference(text);
        var places = text.Length - Width + 1;
        var place = 0;
        for (; place <= places - PlacesPerBranch; place += PlacesPerBranch)
        {
            var found = Filter(ref letters, place) | Filter(ref letters, place + 1) | Filter(ref letters, place + 2) | Filter(ref letters, place + 3);
            if ((found & 1) != 0 && !VerifyPlaces(text, place, place + PlacesPerBranch, ref budget, ref hits))
            {
                return false;
            }
        }

        return place >= places || VerifyPlaces(text, place, places, ref budget, ref hits);
    }

    // From the middle of the product: well mixed, and not the bits that are the index. Two bits of one word (a blocked filter after B. H. Bloom
    // 1970) cost one look-up and let a hundred times less through than one bit does.
    private static int FirstBitOf(ulong hash) => (int)(hash >> 32) & 63;

    private static int SecondBitOf(ulong hash) => (int)(hash >> 38) & 63;

    // Eight letters do not fit into one word; that different ones may then be taken for the same costs a comparison, no more.
    private static ulong GramAt(ref char letters, int place)
    {
        ref var bytes = ref Unsafe.As<char, byte>(ref Unsafe.Add(ref letters, place));
        return typeof(TGram) == typeof(UInt128)
            ? Unsafe.ReadUnaligned<ulong>(ref bytes) ^ BitOperations.RotateLeft(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref bytes, sizeof(ulong))), 29)
            : ulong.CreateTruncating(Unsafe.ReadUnaligned<TGram>(ref bytes));
    }

    /// <summary>Lowest bit 1: a pattern may have the gram at this place. 0: none has.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Filter(ref char letters, int place)
    {
        var hash = GramAt(ref letters, place) * Hashing.Multiplier;
        var word = Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_filter), (nint)(hash >> _filterShift));
        return (word >> FirstBitOf(hash)) & (word >> SecondBitOf(hash));
    }

    private bool VerifyPlaces<THits>(scoped ReadOnlySpan<char> text, int place, int end, ref int budget, ref THits hits)
        where THits : struct, IHits, allows ref struct
    {
        ref var letters = ref MemoryMarshal.GetReference(text);
        for (; place < end && budget >= 0; place++)
        {
            if ((Filter(ref letters, place) & 1) != 0)
            {
                Verify(text, place, GramAt(ref letters, place), ref budget, ref hits);
            }
        }

        return budget >= 0;
    }

    private void Verify<THits>(scoped ReadOnlySpan<char> text, int place, ulong gram, ref int budget, ref THits hits)
        where THits : struct, IHits, allows ref struct
    {
        ref readonly var slot = ref _slots[FindSlot(gram)];
        for (var i = slot.Start; i < slot.End && budget >= 0; i++)
        {
            ref readonly var entry = ref _entries[i];
            budget -= 1 + (entry.Pattern.Length / LettersComparedAsOne);
            var start = place - entry.Offset;
            if (start >= 0 && text[start..].StartsWith(entry.Pattern, StringComparison.Ordinal))
            {
                hits.Hit(entry.Id);
            }
        }
    }

    /// <summary>The slot of the gram, or the empty one where it would be.</summary>
    private int FindSlot(ulong gram)
    {
        var slot = (int)(gram * Hashing.Multiplier >> _slotShift);
        while (_slots[slot].End != 0 && _slots[slot].Gram != gram)
        {
            slot = (slot + 1) & (_slots.Length - 1);
        }

        return slot;
    }

    /// <summary>For each pattern the gram that the fewest patterns have; the last of them, because what names of one kind share is mostly in front.</summary>
    private static IEnumerable<Entry> Choose(IReadOnlyList<(string Pattern, int Id)> patterns)
    {
        var uses = new Dictionary<ulong, int>();
        foreach (var (pattern, _) in patterns)
        {
            for (var i = 0; i <= pattern.Length - Width; i++)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(uses, GramOf(pattern, i), out _)++;
            }
        }

        foreach (var (pattern, id) in patterns)
        {
            var best = pattern.Length - Width;
            for (var i = best - 1; i >= 0; i--)
            {
                best = uses[GramOf(pattern, i)] < uses[GramOf(pattern, best)] ? i : best;
            }

            yield return new(GramOf(pattern, best), pattern, best, id);
        }
    }

    private static ulong GramOf(string pattern, int place) => GramAt(ref MemoryMarshal.GetReference(pattern.AsSpan(place, Width)), 0);

    // End 0 is an empty slot.
    private readonly record struct Slot(ulong Gram, int Start, int End);

    private readonly record struct Entry(ulong Gram, string Pattern, int Offset, int Id);
}
