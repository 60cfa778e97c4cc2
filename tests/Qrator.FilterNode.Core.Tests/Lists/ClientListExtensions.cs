using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Lists;

internal static class ClientListExtensions
{
    /// <summary>Looks at every slot: what a call began in the middle of a shard is finished by the next.</summary>
    public static void SweepAll(this ClientList list, long now)
    {
        list.Sweep(now, int.MaxValue);
        list.Sweep(now, int.MaxValue);
    }

    public static AddResult Add(this ClientList list, ClientKey client, ListingCause cause, long now, TimeSpan ttl) =>
        list.Add(client, cause, now, ttl, out _);

    /// <summary>Puts one entry back; whether it came back.</summary>
    public static bool Restore(this ClientList list, NetworkPrefix key, ListingCause cause, in ListEntry entry, long now)
    {
        var entries = new[] { new RestoredEntry(key.Address, key.KeyBits, cause, entry.Created, entry.Expires, entry.Offences) };
        list.Restore(entries, now);
        return entries[0].IsRestored;
    }

    /// <summary>The same.</summary>
    public static bool Restore(this ServiceLists lists, ListKind kind, NetworkPrefix key, ListingCause cause, in ListEntry entry, long now)
    {
        var entries = new[] { new RestoredEntry(key.Address, key.KeyBits, cause, entry.Created, entry.Expires, entry.Offences) };
        lists.Restore(kind, entries, now);
        return entries[0].IsRestored;
    }
}
