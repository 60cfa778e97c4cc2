namespace Qrator.FilterNode.Matching;

/// <summary>The constant of multiplicative hashing (D. E. Knuth, TAOCP 3, section 6.4).</summary>
internal static class Hashing
{
    /// <summary>The odd number nearest to 2 to the power of 64, divided by the golden ratio. The upper bits of a product are well mixed.</summary>
    public const ulong Multiplier = 0x9E37_79B9_7F4A_7C15;
}
