using FsCheck;
using FsCheck.Fluent;

namespace Qrator.FilterNode.Configuration;

public class HostTableTests
{
    private static readonly string[] Labels = ["a", "b", "shop", "example", "A"];

    [Theory]
    [InlineData("shop.example", "exact")]
    [InlineData("SHOP.Example", "exact")]
    [InlineData("shop.example:8080", "exact")]
    [InlineData("shop.example.", "exact")]
    [InlineData("shop.example.:443", "exact")]
    [InlineData("a.shop.example", "below shop")]
    [InlineData("a.b.shop.example", "below shop")]
    [InlineData("A.B.Shop.EXAMPLE.:8443", "below shop")]
    [InlineData("other.example", "below example")]
    [InlineData("xshop.example", "below example")]
    [InlineData("example", "any")]
    [InlineData(".example", "any")]
    [InlineData(".shop.example", "below example")]
    [InlineData("192.0.2.1", "address")]
    [InlineData("192.0.2.1:80", "address")]
    [InlineData("[2001:db8::1]", "address 6")]
    [InlineData("[2001:DB8::1]:443", "address 6")]
    [InlineData("192.0.2.2", "any")]
    [InlineData("", "any")]
    [InlineData(":80", "any")]
    [InlineData("[", "any")]
    [InlineData("....", "any")]
    public void Exact_wins_over_the_longest_wildcard_and_that_over_any(string header, string expected)
    {
        var table = Table(
            ("*", "any"), ("*.example", "below example"), ("*.shop.example", "below shop"), ("shop.example", "exact"),
            ("192.0.2.1", "address"), ("2001:db8::1", "address 6"));
        table.Find(header).ShouldBe(expected);
    }

    [Theory]
    [InlineData("shop.example")]
    [InlineData("example")]
    [InlineData("a.shop.example.org")]
    [InlineData("")]
    [InlineData(".shop.example")]
    public void Without_any_a_host_that_nobody_claims_has_no_service(string header) =>
        Table(("*.shop.example", "below"), ("other.example", "other")).Find(header).ShouldBeNull();

    [Fact]
    public void An_empty_table_has_no_service_for_anybody() => Table().Find("shop.example").ShouldBeNull();

    [Fact]
    public void Of_two_equal_patterns_the_last_counts()
    {
        var table = Table(("*", "1"), ("a", "1"), ("*.b", "1"), ("*", "2"), ("A", "2"), ("*.B", "2"));
        new[] { "x", "a", "a.b" }.Select(host => table.Find(host)).ShouldAllBe(service => service == "2");
    }

    [Theory]
    [InlineData("shop.example", null)]
    [InlineData("a.shop.example", "below shop")]
    [InlineData("a.hidden.example", null)]
    [InlineData("b.a.hidden.example", null)]
    [InlineData("hidden.example", "below example")]
    [InlineData("other.example", "below example")]
    [InlineData("other", null)]
    public void A_host_of_somebody_who_is_not_here_goes_to_nobody_else(string header, string? expected) =>
        Table(("*", null), ("*.example", "below example"), ("*.shop.example", "below shop"), ("shop.example", null), ("*.hidden.example", null))
            .Find(header).ShouldBe(expected);

    [Fact]
    public void It_finds_what_walking_over_all_patterns_finds() =>
        Prop.ForAll<int[], int[], bool>((patterns, headers, withAny) =>
        {
            var entries = patterns.Select(seed => NameOf(seed, wildcards: true)).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
            if (withAny)
            {
                entries.Add("*");
            }

            // Hosts that end in "b" are somebody's who is not here.
            static string? Service(string? pattern) => pattern?.EndsWith('b') == true ? null : pattern;
            var table = new HostTable<string>(entries.Select(text => (new HostPattern(text), Service(text))));
            foreach (var header in headers.Concat(patterns).Select(seed => NameOf(seed, wildcards: false)))
            {
                table.Find(header).ShouldBe(Service(Naive(entries, header)), $"{header} in {string.Join(' ', entries)}");
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Fact]
    public void A_look_up_allocates_nothing()
    {
        var table = Table(("*", "any"), ("*.example", "below"), ("shop.example", "exact"));
        Allocations.Of(() => table.Find("a.b.c.shop.EXAMPLE.:8080")).ShouldBe(0);
    }

    private static string? Naive(IEnumerable<string> patterns, string header)
    {
        var host = header.Split(':')[0];
        host = host.EndsWith('.') ? host[..^1] : host;
        const StringComparison IgnoreCase = StringComparison.OrdinalIgnoreCase;
        return patterns.FirstOrDefault(pattern => pattern.Equals(host, IgnoreCase))
            ?? patterns
                .Where(pattern => pattern.StartsWith("*.", IgnoreCase) && host.Length > pattern.Length - 1 && host.EndsWith(pattern[1..], IgnoreCase))
                .MaxBy(pattern => pattern.Length)
            ?? patterns.FirstOrDefault(pattern => pattern == "*");
    }

    private static string NameOf(int seed, bool wildcards)
    {
        var random = new Random(seed);
        var name = string.Join('.', Enumerable.Range(0, random.Next(1, 5)).Select(_ => Labels[random.Next(Labels.Length)]));
        return wildcards
            ? (random.Next(2) == 0 ? "*." : "") + name
            : name + (random.Next(4) == 0 ? "." : "") + (random.Next(4) == 0 ? ":8080" : "");
    }

    private static HostTable<string> Table(params (string Pattern, string? Service)[] entries) =>
        new(entries.Select(entry => (new HostPattern(entry.Pattern), entry.Service)));
}
