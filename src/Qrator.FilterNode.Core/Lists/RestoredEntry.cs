using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Lists;

/// <summary>An entry of an earlier run that is to be put back on a list, with times of this run's clock.</summary>
public struct RestoredEntry
{
    /// <summary>An entry that is not yet put back.</summary>
    /// <param name="address">The client, or the first address of a subnet.</param>
    /// <param name="keyBits">The bits that count, of the 128 of a <see cref="ClientKey"/>.</param>
    /// <param name="cause">Why, of the list that it goes to.</param>
    /// <param name="created">When, in ticks of the node's clock.</param>
    /// <param name="expires">Until when, in ticks of the node's clock; null for a permanent entry.</param>
    /// <param name="offences">How often before the client was listed within 24 hours.</param>
    public RestoredEntry(in ClientKey address, int keyBits, ListingCause cause, long created, long? expires, int offences)
    {
        Address = address;
        KeyBits = (byte)keyBits;
        State = new(
            expires is { } end ? ListTime.Ceiling(end) : ListTime.Permanent,
            ListTime.Floor(created),
            cause.Index,
            (byte)Math.Clamp(offences, 0, byte.MaxValue));
        Source = cause.Source;
    }

    /// <summary>The client, or the first address of a subnet; afterwards as the list has it.</summary>
    public ClientKey Address { get; internal set; }

    /// <summary>The bits that count, of the 128 of a <see cref="ClientKey"/>.</summary>
    public byte KeyBits { get; }

    /// <summary>Whether it was put back: nothing was known of the client or subnet, and something is left of the entry.</summary>
    public bool IsRestored { get; internal set; }

    /// <summary>What put it on the list.</summary>
    public ListSource Source { get; }

    internal bool IsRefused { get; set; }

    internal ListState State { get; }
}
