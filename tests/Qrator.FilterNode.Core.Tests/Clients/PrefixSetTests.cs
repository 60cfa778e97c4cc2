using FsCheck;
using FsCheck.Fluent;

namespace Qrator.FilterNode.Clients;

public class PrefixSetTests
{
    [Fact]
    public void It_holds_an_address_when_any_of_its_subnets_does() =>
        Prop.ForAll<int[], int[]>((subnets, addresses) =>
        {
            var prefixes = subnets.Select(SubnetOf).ToList();
            var set = new PrefixSet(prefixes);
            set.Count.ShouldBe(prefixes.Distinct().Count());
            var probes = addresses.Select(AddressOf).Concat(prefixes.SelectMany(Edges));
            foreach (var address in probes)
            {
                set.Contains(address).ShouldBe(prefixes.Any(prefix => Holds(prefix, address)), $"{address} in {string.Join(", ", prefixes)}");
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void An_empty_set_holds_nothing()
    {
        var set = new PrefixSet([]);
        set.Count.ShouldBe(0);
        set.Contains(default).ShouldBeFalse();
        set.Contains(ClientKey.FromIPv4(0)).ShouldBeFalse();
    }

    [Fact]
    public void A_look_up_allocates_nothing()
    {
        var set = new PrefixSet(Enumerable.Range(0, 200).Select(SubnetOf));
        var address = AddressOf(7);
        Allocations.Of(() => set.Contains(address)).ShouldBe(0);
    }

    // The naive model compares bit by bit. IPv4 and IPv6 are two worlds.
    private static bool Holds(NetworkPrefix prefix, ClientKey address)
    {
        if (prefix.Address.IsIPv4 != address.IsIPv4)
        {
            return false;
        }

        var (one, other) = (Bits(prefix.Address), Bits(address));
        return one[..prefix.Length] == other[..prefix.Length];
    }

    private static string Bits(ClientKey key) =>
        string.Concat(key.ToAddress().GetAddressBytes().Select(b => Convert.ToString(b, 2).PadLeft(8, '0')));

    private static IEnumerable<ClientKey> Edges(NetworkPrefix prefix)
    {
        var first = prefix.Address;
        yield return first;
        yield return new(first.High, first.Low - 1);
        yield return new(first.High, first.Low ^ 1);
        yield return prefix.KeyBits is > 64 and < 128 ? new(first.High, first.Low | (ulong.MaxValue >> (prefix.KeyBits - 64))) : first;
        yield return prefix.KeyBits is > 64 ? new(first.High, first.Low + (1UL << (128 - prefix.KeyBits))) : first;
    }

    // Few different bits, so that subnets nest and addresses hit.
    private static ClientKey AddressOf(int seed)
    {
        var random = new Random(seed);
        return random.Next(2) == 0
            ? ClientKey.FromIPv4((uint)((random.Next(3) << 24) | (random.Next(3) << 16) | (random.Next(3) << 8) | random.Next(3)))
            : new((0x2001_0db8UL << 32) | (uint)random.Next(3), ((ulong)random.Next(2) << 48) | (uint)random.Next(4));
    }

    private static NetworkPrefix SubnetOf(int seed)
    {
        var address = AddressOf(seed);
        var length = new Random(~seed).Next(address.IsIPv4 ? 33 : 129);
        var network = address.Prefix(address.IsIPv4 ? length + 96 : length);
        NetworkPrefix.TryParse($"{network}/{length}", out var prefix, out var problem).ShouldBeTrue(problem);
        return prefix!;
    }
}
