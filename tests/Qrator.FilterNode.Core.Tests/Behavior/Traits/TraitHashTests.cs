using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Behavior.Traits;

public sealed class TraitHashTests
{
    [Fact]
    public void Texts_of_every_length_that_differ_in_one_letter_have_different_hashes()
    {
        var random = new SeededRandom();
        for (var length = 1; length < 200; length++)
        {
            var text = new string([.. Enumerable.Range(0, length).Select(_ => (char)random.Next(32, 127))]);
            var place = random.Next(length);
            var other = text[..place] + (char)(text[place] ^ 1) + text[(place + 1)..];
            TraitHash.Of(text).ShouldBe(TraitHash.Of(text.ToCharArray()));
            TraitHash.Of(text).ShouldNotBe(TraitHash.Of(other), $"{random}: {length}");
            TraitHash.Of(text).ShouldNotBe(TraitHash.Of(text + text[^1]), $"{random}: {length}");
        }
    }

    [Fact]
    public void Neighbouring_addresses_are_spread_over_both_halves()
    {
        var hashes = Enumerable.Range(0, 10_000).Select(i => TraitHash.Of(ClientKey.FromIPv4(0x0A00_0000u + (uint)i))).ToList();
        hashes.Select(hash => (uint)hash & 0xFF).Distinct().Count().ShouldBe(256);
        hashes.Select(hash => hash >> 56).Distinct().Count().ShouldBe(256);
    }
}
