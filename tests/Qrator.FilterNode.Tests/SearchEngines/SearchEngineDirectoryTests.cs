using System.Net;
using Qrator.FilterNode.Behavior;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Fixtures;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.SearchEngines;

public sealed class SearchEngineDirectoryTests
{
    private readonly TestTimeProvider _time = new();

    [Theory]
    [InlineData("66.249.66.1", SearchEngineStanding.Verified)]
    [InlineData("66.249.66.2", SearchEngineStanding.Impostor)] // Its name does not lead back to it.
    [InlineData("66.249.66.3", SearchEngineStanding.Impostor)] // Its name only ends like one.
    [InlineData("66.249.66.4", SearchEngineStanding.Impostor)] // Its name only begins like one.
    [InlineData("66.249.66.5", SearchEngineStanding.Impostor)] // It has no name.
    [InlineData("66.249.66.6", SearchEngineStanding.Verified)] // One of its names is one.
    public async Task Who_has_the_name_of_a_search_engine_that_leads_back_to_it_is_one(string address, SearchEngineStanding standing)
    {
        var names = new FakeNames(new()
        {
            ["66.249.66.1"] = ["crawl-66-249-66-1.googlebot.com"],
            ["crawl-66-249-66-1.googlebot.com"] = ["192.0.2.1", "66.249.66.1"],
            ["66.249.66.2"] = ["crawl-66-249-66-1.googlebot.com"],
            ["66.249.66.3"] = ["evilgooglebot.com"],
            ["evilgooglebot.com"] = ["66.249.66.3"],
            ["66.249.66.4"] = ["x.googlebot.com.evil.example"],
            ["x.googlebot.com.evil.example"] = ["66.249.66.4"],
            ["66.249.66.6"] = ["host.example", "Crawl.SEARCH.MSN.com"],
            ["Crawl.SEARCH.MSN.com"] = ["66.249.66.6"],
        });
        await using var directory = Directory(names);

        directory.StandingOf(Client(address), Client(address)).ShouldBe(SearchEngineStanding.Pending);
        names.Gate.SetResult();
        await Eventually.Holds(() => directory.StandingOf(Client(address), Client(address)) == standing, $"it is {standing}");
    }

    [Fact]
    public async Task What_is_known_is_not_asked_again_for_hours_and_then_it_is()
    {
        var names = new FakeNames([]);
        names.Gate.SetResult();
        await using var directory = Directory(names);
        await Eventually.Holds(() => directory.StandingOf(Client("192.0.2.1"), Client("192.0.2.1")) == SearchEngineStanding.Impostor, "it is known");

        directory.StandingOf(Client("192.0.2.1"), Client("192.0.2.1")).ShouldBe(SearchEngineStanding.Impostor);
        names.Questions.ShouldBe(1);
        _time.Advance(TimeSpan.FromMinutes(61));
        directory.StandingOf(Client("192.0.2.1"), Client("192.0.2.1")).ShouldBe(SearchEngineStanding.Pending);
    }

    [Fact]
    public async Task A_flood_of_those_who_say_they_are_one_makes_few_questions_and_none_waits()
    {
        var names = new FakeNames([]);
        await using var directory = Directory(names);
        var standings = Enumerable.Range(0, 5_000).Select(i => directory.StandingOf(ClientKey.FromIPv4((uint)i), ClientKey.FromIPv4((uint)i))).ToList();

        standings.Count(standing => standing == SearchEngineStanding.Pending).ShouldBeInRange(256, 260);
        standings[^1].ShouldBe(SearchEngineStanding.Impostor);
        names.Questions.ShouldBeLessThanOrEqualTo(4);
        names.Gate.SetResult();
    }

    [Fact]
    public async Task Without_a_name_server_nobody_is_one()
    {
        await using var directory = Directory(new UdpNameLookup(() => null, _time));
        await Eventually.Holds(() => directory.StandingOf(Client("192.0.2.1"), Client("192.0.2.1")) == SearchEngineStanding.Impostor, "it is none");
    }

    [Fact]
    public async Task A_real_name_server_is_asked_over_UDP_and_strays_are_passed_over()
    {
        await using var server = new TestNameServer(new()
        {
            ["1.66.249.66.in-addr.arpa/12"] = TestNameServer.Name("crawl.googlebot.com"),
            ["crawl.googlebot.com/1"] = [66, 249, 66, 1],
        });
        await using var directory = Directory(new UdpNameLookup(() => server.Address, _time));

        await Eventually.Holds(() => directory.StandingOf(Client("66.249.66.1"), Client("66.249.66.1")) == SearchEngineStanding.Verified, "it is verified");
        await Eventually.Holds(() => directory.StandingOf(Client("66.249.66.2"), Client("66.249.66.2")) == SearchEngineStanding.Impostor, "there is no such name");
        server.Questions.ShouldBe(3);
    }

    [Fact]
    public async Task An_IPv6_search_engine_is_known_by_the_address_that_came_whole()
    {
        await using var server = new TestNameServer(new()
        {
            ["6.4.0.0.0.0.0.0.0.0.0.0.0.0.0.0.7.0.0.0.1.0.8.4.0.6.8.4.1.0.0.2.ip6.arpa/12"] = TestNameServer.Name("crawl.googlebot.com"),
            ["crawl.googlebot.com/28"] = IPAddress.Parse("2001:4860:4801:7::46").GetAddressBytes(),
        });
        await using var directory = Directory(new UdpNameLookup(() => server.Address, _time));
        var (client, address) = (Client("2001:4860:4801:7::"), Client("2001:4860:4801:7::46"));

        await Eventually.Holds(() => directory.StandingOf(client, address) == SearchEngineStanding.Verified, "it is verified");
        await Eventually.Holds(
            () => directory.StandingOf(Client("2001:db8::"), Client("2001:db8::46")) == SearchEngineStanding.Impostor, "that address has no name");
        server.Questions.ShouldBe(3);
    }

    [Fact]
    public async Task Another_address_of_the_same_prefix_does_not_make_another_question()
    {
        var names = new FakeNames(new() { ["2001:db8::2"] = ["crawl.googlebot.com"], ["crawl.googlebot.com"] = ["2001:db8::2"] });
        names.Gate.SetResult();
        await using var directory = Directory(names);
        var client = Client("2001:db8::");
        await Eventually.Holds(() => directory.StandingOf(client, Client("2001:db8::1")) == SearchEngineStanding.Impostor, "it is known");

        directory.StandingOf(client, Client("2001:db8::2")).ShouldBe(SearchEngineStanding.Impostor);
        names.Questions.ShouldBe(1);
    }

    [Fact]
    public async Task Answers_that_are_cut_or_full_of_nonsense_are_no_answers()
    {
        var random = new Random(1);
        await using var server = new TestNameServer(
            new() { ["1.66.249.66.in-addr.arpa/12"] = TestNameServer.Name("crawl.googlebot.com") },
            answer =>
            {
                // The question stays, so that it is taken for the answer.
                var spoilt = answer.AsSpan(0, random.Next(44, answer.Length + 1)).ToArray();
                random.NextBytes(spoilt.AsSpan(Math.Min(spoilt.Length, 44)));
                spoilt[7] = 200;
                return spoilt;
            });
        var lookup = new UdpNameLookup(() => server.Address, _time);
        for (var i = 0; i < 100; i++)
        {
            (await lookup.NamesOfAsync(IPAddress.Parse("66.249.66.1"))).Count.ShouldBeLessThanOrEqualTo(32);
        }
    }

    private static ClientKey Client(string address) => ClientKey.FromAddress(IPAddress.Parse(address));

    private SearchEngineDirectory Directory(INameLookup lookup) => new(lookup, () => new SearchEnginesConfig().Names, new NodeClock(_time));
}
