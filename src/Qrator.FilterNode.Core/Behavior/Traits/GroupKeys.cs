using System.Runtime.CompilerServices;

namespace Qrator.FilterNode.Behavior.Traits;

/// <summary>The groups that one request belongs to: a hash for each <see cref="GroupKind"/>, then the agent and the page alone.</summary>
[InlineArray(Count)]
internal struct GroupKeys
{
    /// <summary>The kinds of groups.</summary>
    public const int Kinds = 8;

    /// <summary>The first kinds, which are about the tool alone.</summary>
    public const int ToolKinds = 4;

    /// <summary>The place of the agent alone.</summary>
    public const int Agent = Kinds;

    /// <summary>The place of the page alone.</summary>
    public const int Page = Kinds + 1;

    /// <summary>All keys.</summary>
    public const int Count = Kinds + 2;

    private ulong _first;

    /// <summary>The key of a place for what it is about, so that the same in two places makes two keys.</summary>
    public static ulong Salt(ulong hash, int place) => TraitHash.Join(hash, (ulong)place + 100);
}
