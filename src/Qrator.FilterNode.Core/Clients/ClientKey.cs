using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Qrator.FilterNode.Clients;

/// <summary>
/// A client as every list and bucket knows it: an IPv4 address, or an IPv6 prefix with the bits behind it zero.
/// IPv4 is held as the IPv4-mapped IPv6 address (RFC 4291, section 2.5.5.2), so 1.2.3.4 and ::ffff:1.2.3.4 are equal.
/// Immutable, 16 bytes, never allocates except in <see cref="ToString"/> and <see cref="ToAddress"/>.
/// </summary>
public readonly struct ClientKey : IEquatable<ClientKey>
{
    private const ulong MappedHighPartOfLow = 0x0000_FFFF_0000_0000;

    /// <summary>Makes a key from the 128 bits of an IPv6 (or IPv4-mapped) address, as they are.</summary>
    /// <param name="high">The first 64 bits in network order.</param>
    /// <param name="low">The last 64 bits in network order.</param>
    public ClientKey(ulong high, ulong low)
    {
        High = high;
        Low = low;
    }

    /// <summary>The first 64 bits of the address.</summary>
    public ulong High { get; }

    /// <summary>The last 64 bits of the address.</summary>
    public ulong Low { get; }

    /// <summary>Whether the client is an IPv4 address.</summary>
    public bool IsIPv4 => High == 0 && (Low & 0xFFFF_FFFF_0000_0000) == MappedHighPartOfLow;

    /// <summary>The IPv4 address in host order; meaningful only when <see cref="IsIPv4"/>.</summary>
    public uint IPv4 => (uint)Low;

    /// <summary>The key of one IPv4 address, given in host order (192.0.2.1 is 0xC0000201).</summary>
    public static ClientKey FromIPv4(uint address) => new(0, MappedHighPartOfLow | address);

    /// <summary>The 128 bits of <paramref name="address"/>, without shortening it to a prefix. A scope id is ignored.</summary>
    public static ClientKey FromAddress(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return address.AddressFamily == AddressFamily.InterNetwork
            ? FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(bytes))
            : new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));
    }

    /// <summary>This key with all bits behind the first <paramref name="bits"/> (0 to 128) set to zero.</summary>
    public ClientKey Prefix(int bits) => bits switch
    {
        <= 0 => default,
        < 64 => new(High & (ulong.MaxValue << (64 - bits)), 0),
        64 => new(High, 0),
        < 128 => new(High, Low & (ulong.MaxValue << (128 - bits))),
        _ => this,
    };

    /// <summary>The address; for an IPv6 prefix its first address.</summary>
    public IPAddress ToAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Low);
        return IsIPv4 ? new IPAddress(bytes[12..]) : new IPAddress(bytes);
    }

    /// <inheritdoc/>
    public bool Equals(ClientKey other) => High == other.High && Low == other.Low;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ClientKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(High, Low);

    /// <summary>The address as text; the length of an IPv6 prefix is known only to <see cref="ClientIdentity"/>.</summary>
    public override string ToString() => ToAddress().ToString();

    /// <summary>Equality of all 128 bits.</summary>
    public static bool operator ==(ClientKey left, ClientKey right) => left.Equals(right);

    /// <summary>Inequality of any of the 128 bits.</summary>
    public static bool operator !=(ClientKey left, ClientKey right) => !left.Equals(right);
}
