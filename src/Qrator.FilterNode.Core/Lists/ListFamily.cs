using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Lists;

/// <summary>The entries of a list that are of one kind: IPv4 clients, IPv6 clients or subnets. See <see cref="ClientList"/> for what the operations promise.</summary>
internal abstract class ListFamily
{
    /// <summary>The shards of a family, each with a lock of its own; so many that the rebuild of one is no pause.</summary>
    public const int Shards = 128;

    /// <summary>How far the hash is moved to pick one of <see cref="Shards"/>.</summary>
    public const int ShardShift = 57;

    public abstract int Capacity { get; }

    public abstract AddResult Add(in ClientKey address, int bits, in ListAddition addition, out ListState after);

    /// <summary>The shard that an entry belongs to.</summary>
    public abstract int ShardOf(in ClientKey address, int bits);

    /// <summary>Puts back those of <paramref name="entries"/> that belong to a shard: <paramref name="mine"/> has their places.</summary>
    public abstract void Restore(int shard, Span<RestoredEntry> entries, ReadOnlySpan<int> mine, bool history, uint now, long since);

    public abstract bool Remove(in ClientKey address, int bits, uint now, out bool wasLive);

    public abstract bool TryGet(in ClientKey address, int bits, out ListState found);

    public abstract int RemoveRetired(uint now);

    /// <summary>Takes everything off; returns the addresses that were on the list, with the bits of subnets.</summary>
    public abstract IEnumerable<(ClientKey Address, int SubnetBits)> Flush(uint now);

    /// <summary>What is live, in an order that no change of others disturbs, without the first <paramref name="skip"/>, which it takes down to 0.</summary>
    public abstract IEnumerable<(ClientKey Address, int SubnetBits, ListState State)> Live(uint now, Skipped skip);

    /// <summary>Sweeps one shard, as far as the budget goes; true when its end was reached.</summary>
    public abstract bool Sweep(int shard, uint now, ref int budget);

    /// <summary>How many entries are still to be left out.</summary>
    public sealed class Skipped(int count)
    {
        public int Left { get; set; } = count;
    }
}
