using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Lists;

public class SubnetRegionsTests
{
    [Theory]
    [InlineData(1, 10)]
    [InlineData(2, 300)]
    [InlineData(3, 5_000)]
    public void No_length_that_a_subnet_around_an_address_has_is_left_out_while_subnets_come_and_go(int seed, int most)
    {
        var (random, regions, subnets) = (new Random(seed), new SubnetRegions(), new HashSet<NetworkPrefix>());
        for (var round = 0; round < 12; round++)
        {
            // More and more, then fewer and fewer, to none.
            var wanted = round < 6 ? most * (round + 1) / 6 : most * (11 - round) / 6;
            while (subnets.Count < wanted)
            {
                var subnet = RandomSubnets.Next(random, [.. subnets.Take(50)]);
                if (subnets.Add(subnet))
                {
                    regions.Enter(subnet.Address, subnet.KeyBits);
                }
            }

            foreach (var subnet in subnets.Take(subnets.Count - wanted).ToList())
            {
                subnets.Remove(subnet);
                regions.Leave(subnet.Address, subnet.KeyBits);
            }

            if (regions.IsWorthRenewing)
            {
                regions.Renew(subnets.Select(subnet => new SubnetKey(subnet.Address, subnet.KeyBits)));
                regions.IsWorthRenewing.ShouldBeFalse();
            }

            regions.Any.ShouldBe(wanted > 0);
            foreach (var address in RandomSubnets.AddressesAround(random, [.. subnets], 600))
            {
                var around = Enumerable.Range(1, 127).Where(bits => IsAround(address, bits) && subnets.Contains(NetworkPrefix.Of(address, bits)));
                around.Except(LengthsAround(regions, address)).ShouldBeEmpty($"around {address}");
                (regions.MayBeAround(address.IPv4) || !address.IsIPv4 || !around.Any()).ShouldBeTrue($"around {address}");
            }
        }
    }

    [Fact]
    public void The_lengths_come_in_falling_order_and_none_is_over_what_was_asked()
    {
        var (random, regions) = (new Random(1), new SubnetRegions());
        for (var i = 0; i < 500; i++)
        {
            var subnet = RandomSubnets.Next(random, []);
            regions.Enter(subnet.Address, subnet.KeyBits);
        }

        foreach (var address in RandomSubnets.AddressesAround(random, [], 500))
        {
            for (var bits = 0; bits < 128; bits++)
            {
                regions.LongestAround(address, bits).ShouldBe(LengthsAround(regions, address).FirstOrDefault(length => length <= bits));
            }
        }
    }

    [Fact]
    public void Beside_a_hundred_thousand_subnets_of_all_lengths_an_address_has_few_lengths_to_probe()
    {
        var (random, regions, subnets) = (new Random(1), new SubnetRegions(), new HashSet<NetworkPrefix>());
        while (subnets.Count < 100_000)
        {
            var subnet = NetworkPrefix.Of(RandomSubnets.Address(random), random.Next(2) == 0 ? random.Next(112, 128) : random.Next(24, 64));
            if (RandomSubnets.IsSubnet(subnet) && subnets.Add(subnet))
            {
                regions.Enter(subnet.Address, subnet.KeyBits);
            }

            if (regions.IsWorthRenewing)
            {
                regions.Renew(subnets.Select(known => new SubnetKey(known.Address, known.KeyBits)));
            }
        }

        // A prefix for each of 16 or 40 lengths would be asked for otherwise.
        var addresses = RandomSubnets.AddressesAround(random, [], 20_000);
        addresses.Average(address => LengthsAround(regions, address).Count()).ShouldBeLessThan(2);
        regions.Bytes.ShouldBeLessThanOrEqualTo(32 * subnets.Count);
    }

    [Fact]
    public void When_most_subnets_are_gone_the_memory_and_the_probes_in_vain_go_too()
    {
        var (random, regions, subnets) = (new Random(1), new SubnetRegions(), new HashSet<NetworkPrefix>());
        while (subnets.Count < 20_000)
        {
            var subnet = RandomSubnets.Next(random, []);
            if (subnets.Add(subnet))
            {
                regions.Enter(subnet.Address, subnet.KeyBits);
            }
        }

        regions.IsWorthRenewing.ShouldBeTrue();
        regions.Renew(subnets.Select(subnet => new SubnetKey(subnet.Address, subnet.KeyBits)));
        var full = regions.Bytes;
        var left = subnets.First();
        foreach (var subnet in subnets.Skip(1))
        {
            regions.Leave(subnet.Address, subnet.KeyBits);
        }

        regions.IsWorthRenewing.ShouldBeTrue();
        regions.Renew([new(left.Address, left.KeyBits)]);
        regions.Bytes.ShouldBeLessThan(full / 10);
        var blocks = left.Address.IsIPv4 ? 1 << Math.Max(0, NetworkPrefix.MappedBits + 16 - left.KeyBits) : 0;
        Enumerable.Range(0, 1 << 16).Count(block => regions.MayBeAround((uint)block << 16)).ShouldBe(blocks);
        LengthsAround(regions, left.Address).ShouldBe([left.KeyBits]);
    }

    [Fact]
    public void A_subnet_that_comes_while_the_bytes_are_made_anew_is_in_them()
    {
        var (random, regions) = (new Random(1), new SubnetRegions());
        var (first, second) = (RandomSubnets.Next(random, []), RandomSubnets.Next(random, []));
        regions.Enter(first.Address, first.KeyBits);

        IEnumerable<SubnetKey> Known()
        {
            regions.Enter(second.Address, second.KeyBits);
            LengthsAround(regions, second.Address).ShouldContain(second.KeyBits, "in the old bytes");
            yield return new(first.Address, first.KeyBits);
        }

        regions.Renew(Known());
        LengthsAround(regions, first.Address).ShouldContain(first.KeyBits);
        LengthsAround(regions, second.Address).ShouldContain(second.KeyBits, "in the new bytes");
    }

    [Theory]
    [InlineData("10.0.0.0/8", "10.0.0.0", "10.255.255.255", "11.0.0.0", "9.255.255.255")]
    [InlineData("10.32.0.0/11", "10.32.0.0", "10.63.255.255", "10.64.0.0", "10.31.255.255")]
    [InlineData("10.1.2.0/24", "10.1.0.0", "10.1.255.255", "10.2.0.0", "10.0.255.255")]
    public void Of_IPv4_nothing_is_asked_further_outside_the_blocks_of_16_bits_that_have_a_subnet(string subnet, string first, string last, string behind, string before)
    {
        var regions = new SubnetRegions();
        NetworkPrefix.TryParse(subnet, out var parsed, out _).ShouldBeTrue();
        var prefix = parsed!;
        regions.MayBeAround(IPv4(behind)).ShouldBeTrue("before the first subnet nothing is ruled out");

        regions.Enter(prefix.Address, prefix.KeyBits);
        regions.Renew([new(prefix.Address, prefix.KeyBits)]);

        ((string[])[first, last, behind, before]).Select(address => regions.MayBeAround(IPv4(address))).ShouldBe([true, true, false, false]);
    }

    private static uint IPv4(string address) => ClientKey.FromAddress(System.Net.IPAddress.Parse(address)).IPv4;

    private static IEnumerable<int> LengthsAround(SubnetRegions regions, ClientKey address)
    {
        for (var bits = regions.LongestAround(address, 127); bits > 0; bits = regions.LongestAround(address, bits - 1))
        {
            yield return bits;
        }
    }

    private static bool IsAround(ClientKey address, int bits) => !address.IsIPv4 || bits > NetworkPrefix.MappedBits;
}
