using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Qrator.FilterNode.Behavior.History;

/// <summary>
/// Eight places of the <see cref="ClientTable"/>, in nine lines of the cache on one page of memory, or on two: what a client is looked for by in the
/// first line, then one line for each client. To be changed by who holds <see cref="Gate"/> alone.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Lines * BytesPerLine)]
internal struct ClientSet
{
    /// <summary>Bytes of a line of the cache, with which a set MUST begin.</summary>
    public const int BytesPerLine = 64;

    /// <summary>Clients of a set.</summary>
    public const int Ways = 8;

    /// <summary>Lines of a set.</summary>
    public const int Lines = 1 + Ways;

    /// <summary>16 bits of the hash of each client; 0 for a free place.</summary>
    [FieldOffset(0)]
    public InlineArray8<ushort> Tags;

    /// <summary>The second of the clock in which each was seen last; 0 for a free place.</summary>
    [FieldOffset(16)]
    public InlineArray8<uint> Seen;

    /// <summary>The lock of the set.</summary>
    [FieldOffset(48)]
    public int Gate;

    /// <summary>The clients.</summary>
    [FieldOffset(BytesPerLine)]
    public InlineArray8<ClientEntry> Clients;

    /// <summary>The tag of a client.</summary>
    public static ushort Tag(ulong hash) => (ushort)(hash | 1);

    /// <summary>The place that a client takes when it is free.</summary>
    public static int Home(ulong hash) => (int)(hash >> 16) & (Ways - 1);

    /// <summary>The places that a client with this hash may be at, as bits.</summary>
    public readonly uint Candidates(ulong hash) =>
        Vector128.Equals(Vector128.Create<ushort>(Tags), Vector128.Create(Tag(hash))).ExtractMostSignificantBits();
}
