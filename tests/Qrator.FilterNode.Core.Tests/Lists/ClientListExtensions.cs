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
}
