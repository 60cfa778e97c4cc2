using System.Numerics;

namespace Qrator.FilterNode.Lists;

/// <summary>
/// What a table keeps of a group of slots beside the keys: 8 bytes, read and written as one, so that a reader never sees half of a change. Moments are
/// those of <see cref="ListTime"/>.
/// </summary>
internal readonly record struct GroupHead(ulong Bits)
{
    /// <summary>What the slots of a group keep where a look-up looks first: with the head they fill a cache line of 64 bytes.</summary>
    public const int CellsBytes = 56;

    /// <summary>The slots of a group when each keeps four bytes there, the fewest.</summary>
    public const int MostSlots = CellsBytes / sizeof(uint);

    private const uint All = (1u << MostSlots) - 1;
    private const int UsedFrom = 32;
    private const int CountedFrom = UsedFrom + MostSlots;

    /// <summary>No counted entry of the group ends before this. It may be too early, never too late.</summary>
    public uint SoonestEnd => (uint)Bits;

    /// <summary>A bit for each slot that has a key.</summary>
    public uint Used => (uint)(Bits >> UsedFrom) & All;

    /// <summary>A bit for each slot whose entry is in the counts. The others are over, or were removed.</summary>
    public uint Counted => (uint)(Bits >> CountedFrom) & All;

    /// <summary>The first slot without a key; there MUST be one.</summary>
    public int FirstFree => BitOperations.TrailingZeroCount(~Used);

    /// <summary>Whether a group of so many slots has none left.</summary>
    public bool IsFull(int slots) => Used == (1u << slots) - 1;

    public bool IsUsed(int slot) => (Bits >> (UsedFrom + slot) & 1) != 0;

    public bool IsCounted(int slot) => (Bits >> (CountedFrom + slot) & 1) != 0;

    public GroupHead WithUsed(int slot) => new(Bits | (1UL << (UsedFrom + slot)));

    public GroupHead WithCounted(int slot, uint end) =>
        new GroupHead(Bits | (1UL << (CountedFrom + slot))).WithSoonestEnd(Counted == 0 ? end : Math.Min(end, SoonestEnd));

    public GroupHead WithoutCounted(int slot) => new(Bits & ~(1UL << (CountedFrom + slot)));

    public GroupHead WithSoonestEnd(uint end) => new((Bits & ~(ulong)uint.MaxValue) | end);
}
