using System.Runtime.InteropServices;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Connections;

/// <summary>
/// The connections that each client has open. There is an entry only for a client with an open connection, so the table is bounded by the
/// connections of the node. Safe for any number of threads.
/// </summary>
internal sealed class ClientSlots
{
    private const int Shards = 64;

    private readonly Dictionary<ClientKey, int>[] _shards = [.. Enumerable.Range(0, Shards).Select(_ => new Dictionary<ClientKey, int>())];

    /// <summary>The clients that have a connection.</summary>
    public int Clients => _shards.Sum(shard =>
    {
        lock (shard)
        {
            return shard.Count;
        }
    });

    /// <summary>Takes a slot; false when the client has <paramref name="maximum"/> already.</summary>
    public bool TryTake(in ClientKey client, int maximum)
    {
        var shard = ShardOf(client);
        lock (shard)
        {
            ref var taken = ref CollectionsMarshal.GetValueRefOrAddDefault(shard, client, out _);
            if (taken >= maximum)
            {
                return false;
            }

            taken++;
            return true;
        }
    }

    /// <summary>Gives back one slot that the client has taken.</summary>
    public void GiveBack(in ClientKey client)
    {
        var shard = ShardOf(client);
        lock (shard)
        {
            ref var taken = ref CollectionsMarshal.GetValueRefOrNullRef(shard, client);
            if (--taken == 0)
            {
                shard.Remove(client);
            }
        }
    }

    // The hash is seeded anew in each process, so that nobody can choose addresses that meet in one shard.
    private Dictionary<ClientKey, int> ShardOf(in ClientKey client) => _shards[client.GetHashCode() & (Shards - 1)];
}
