using System.Globalization;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.State;

/// <summary>Where a row stands in the order of the table.</summary>
/// <param name="List">The number of the list.</param>
/// <param name="High">The first 8 bytes of the address, those that are not there zero.</param>
/// <param name="Low">The other 8.</param>
/// <param name="Length">The bytes of the address: 4 or 16.</param>
/// <param name="Bits">The length of the prefix as it is written.</param>
internal readonly record struct StatePlace(long List, ulong High, ulong Low, byte Length, byte Bits) : IComparable<StatePlace>
{
    private const int MappedBits = 96;

    /// <summary>The client, or the first address of the subnet.</summary>
    public ClientKey Address => (Length == 4 ? ClientKey.FromIPv4((uint)(High >> 32)) : new(High, Low)).Prefix(KeyBits);

    /// <summary>The bits that count, of the 128 of a <see cref="ClientKey"/>.</summary>
    public int KeyBits => Length == 4 ? MappedBits + Bits : Bits;

    /// <summary>The client or subnet.</summary>
    public NetworkPrefix Key => NetworkPrefix.Of(Address, KeyBits);

    /// <summary>As the values of the columns in SQL.</summary>
    public string Literal =>
        string.Create(CultureInfo.InvariantCulture, $"({List}, x'{(Length == 4 ? $"{High >> 32:X8}" : $"{High:X16}{Low:X16}")}', {Bits})");

    /// <summary>As SQLite orders rows: of two addresses that begin alike the shorter comes first.</summary>
    public int CompareTo(StatePlace other) => (List, High, Low, Length, Bits).CompareTo((other.List, other.High, other.Low, other.Length, other.Bits));
}
