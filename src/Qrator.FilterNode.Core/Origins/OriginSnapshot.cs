using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Origins;

/// <summary>One origin of a service in the configuration in force.</summary>
/// <param name="Address">Where it listens.</param>
/// <param name="Tls">How the node speaks TLS to it; null for plain HTTP.</param>
/// <param name="Store">What is remembered of it.</param>
public sealed record OriginSnapshot(OriginAddress Address, OriginTls? Tls, OriginStore Store)
{
    private readonly ulong _hash = HashOf(Address.ToString());

    /// <summary>What is spoken to it.</summary>
    public OriginProtocol Protocol { get; init; } = OriginProtocol.Http1;

    /// <summary><c>http://ip:port</c> or <c>https://ip:port</c>, without a slash at the end.</summary>
    public string Prefix { get; } = Address.Https ? Address.ToString() : $"http://{Address}";

    /// <summary>The weight of this origin for a client: evenly spread, the same on every node and after every restart.</summary>
    public ulong WeightFor(in ClientKey client) => Mix(Mix(client.High ^ _hash) ^ client.Low);

    // FNV-1a, 64 bits (Fowler, Noll and Vo).
    private static ulong HashOf(string text)
    {
        var hash = 14_695_981_039_346_656_037UL;
        foreach (var c in text)
        {
            hash = (hash ^ c) * 1_099_511_628_211UL;
        }

        return hash;
    }

    // The finalizer of SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014).
    private static ulong Mix(ulong value)
    {
        value += 0x9E37_79B9_7F4A_7C15;
        value = (value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9;
        value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EB;
        return value ^ (value >> 31);
    }
}
