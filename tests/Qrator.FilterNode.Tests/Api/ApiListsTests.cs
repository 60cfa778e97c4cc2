using System.Text.Json;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Api;

public sealed class ApiListsTests
{
    [Theory]
    [InlineData("blacklist")]
    [InlineData("whitelist")]
    public async Task What_is_appended_is_given_with_its_time_and_comment_until_it_is_removed(string list)
    {
        await using var node = await TestNode.StartAsync("127.0.0.1:1");

        (await node.CallAsync($"{list}_append", """[["203.0.113.7", 300, "ticket \"1\" \u00e9"], ["2001:db8::1", 0], ["203.0.113.8", 60, null]]""")).GetInt32().ShouldBe(3);
        var entries = await node.EntriesAsync(list);
        entries.Count.ShouldBe(3);
        entries[0].ShouldBe("""["2001:db8::/64",0,""]""");
        Seconds(entries[1]).ShouldBeInRange(280, 300);
        entries[1].ShouldContain("""ticket \"1\" é""");
        Seconds(entries[2]).ShouldBeInRange(40, 60);

        (await node.CallAsync($"{list}_remove", """["203.0.113.7", "203.0.113.7", "203.0.113.99", "2001:db8::2"]""")).GetInt32().ShouldBe(2);
        (await node.EntriesAsync(list)).ShouldHaveSingleItem().ShouldContain("203.0.113.8");
        (await node.CallAsync($"{list}_flush")).GetInt32().ShouldBe(1);
        (await node.EntriesAsync(list)).ShouldBeEmpty();
        (await node.CallAsync($"{list}_flush")).GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task The_blacklist_takes_subnets_and_gives_them_back()
    {
        await using var node = await TestNode.StartAsync("127.0.0.1:1");

        await node.CallAsync("blacklist_append", """[["198.51.100.0/24", 0, "net"], ["2001:db8::/32", 0], ["::ffff:192.0.2.1", 0]]""");

        (await node.EntriesAsync("blacklist")).ShouldBe(["""["192.0.2.1",0,""]""", """["198.51.100.0/24",0,"net"]""", """["2001:db8::/32",0,""]"""]);
        (await node.CallAsync("blacklist_remove", """["198.51.100.0/24"]""")).GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task The_lists_decide_about_requests_from_the_answer_on()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(origin.Address);

        (await HeaderFilterTests.SendAsync(node, "x")).ShouldBe(System.Net.HttpStatusCode.OK);
        await node.CallAsync("blacklist_append", """[["127.0.0.1", 60, "out"]]""");
        (await HeaderFilterTests.SendAsync(node, "x")).ShouldBeNull();
        await node.CallAsync("whitelist_append", """[["127.0.0.1", 60, "in"]]""");
        (await HeaderFilterTests.SendAsync(node, "x")).ShouldBe(System.Net.HttpStatusCode.OK);
        await node.CallAsync("whitelist_remove", """["127.0.0.1"]""");
        (await HeaderFilterTests.SendAsync(node, "x")).ShouldBeNull();
        await node.CallAsync("blacklist_flush");
        (await HeaderFilterTests.SendAsync(node, "x")).ShouldBe(System.Net.HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_append_is_idempotent_and_leaves_a_permanent_entry_as_it_is()
    {
        await using var node = await TestNode.StartAsync("127.0.0.1:1");

        for (var i = 0; i < 3; i++)
        {
            (await node.CallAsync("blacklist_append", """[["203.0.113.7", 0, "for ever"]]""")).GetInt32().ShouldBe(1);
        }

        (await node.CallAsync("blacklist_append", """[["203.0.113.7", 60, "a minute"], ["203.0.113.7", 60, "twice"]]""")).GetInt32().ShouldBe(2);
        (await node.EntriesAsync("blacklist")).ShouldBe(["""["203.0.113.7",0,"for ever"]"""]);
    }

    [Fact]
    public async Task An_entry_is_gone_when_its_time_is_over_and_counts_its_seconds_down_rounded_up()
    {
        await using var node = await TestNode.StartAsync("127.0.0.1:1");
        node.Time.StandStill();
        await node.CallAsync("blacklist_append", """[["203.0.113.7", 315360000, ""], ["203.0.113.8", 100, ""]]""");
        Seconds((await node.EntriesAsync("blacklist"))[0]).ShouldBeInRange(315_359_980, 315_360_000);

        node.Time.Advance(TimeSpan.FromSeconds(60));
        Seconds((await node.EntriesAsync("blacklist"))[1]).ShouldBeInRange(20, 40);
        node.Time.Advance(TimeSpan.FromSeconds(41));
        (await node.EntriesAsync("blacklist")).ShouldHaveSingleItem().ShouldContain("203.0.113.7");
    }

    [Theory]
    [InlineData("\"tuple\"", 10)]
    [InlineData("[\"tuple\"]", 10)]
    [InlineData("[]", 10)]
    [InlineData("null", 10)]
    [InlineData("[\"tuple\", 4]", 6)]
    [InlineData("[\"tuple\", 4, 3]", 3)]
    [InlineData("[\"tuple\", 8, 100]", 2)]
    [InlineData("[\"tuple\", 10, 1]", 0)]
    [InlineData("[\"tuple\", 2147483647, 2147483647]", 0)]
    [InlineData("[\"tuple\", 0, 0]", 0)]
    public async Task Get_takes_every_form_of_its_parameters(string parameters, int entries)
    {
        await using var node = await TestNode.StartAsync("127.0.0.1:1");
        await node.CallAsync("blacklist_append", $"[{string.Join(',', Enumerable.Range(1, 10).Select(i => $"[\"203.0.113.{i}\", 0]"))}]");

        (await node.CallAsync("blacklist_get", parameters)).GetArrayLength().ShouldBe(entries);
    }

    [Fact]
    public async Task A_hundred_thousand_entries_go_in_with_one_call_and_come_out_in_pages_that_are_the_whole_list()
    {
        await using var node = await TestNode.StartAsync("127.0.0.1:1");
        var entries = Enumerable.Range(0, 100_000).Select(i => $"[\"10.{i >> 16}.{(i >> 8) & 255}.{i & 255}\",0,\"n{i}\"]").ToList();

        (await node.CallAsync("blacklist_append", $"[{string.Join(',', entries)}]")).GetInt32().ShouldBe(100_000);

        (await node.EntriesAsync("blacklist")).ShouldBe(entries.Order(StringComparer.Ordinal));
        var paged = new List<string>();
        for (var offset = 0; offset < 100_000; offset += 30_000)
        {
            paged.AddRange((await node.CallAsync("blacklist_get", $"[\"tuple\", {offset}, 30000]")).EnumerateArray().Select(entry => entry.GetRawText()));
        }

        paged.Order(StringComparer.Ordinal).ShouldBe(entries.Order(StringComparer.Ordinal));
        (await node.CallAsync("blacklist_remove", $"[{string.Join(',', Enumerable.Range(0, 256).Select(i => $"\"10.0.0.{i}\""))}]")).GetInt32().ShouldBe(256);
        (await node.CallAsync("blacklist_flush")).GetInt32().ShouldBe(99_744);
    }

    [Fact]
    public async Task Two_appends_and_a_remove_at_once_leave_what_some_order_of_them_leaves()
    {
        await using var node = await TestNode.StartAsync("127.0.0.1:1");
        string All(int ttl, string comment) => $"[{string.Join(',', Enumerable.Range(0, 2_000).Select(i => $"[\"10.0.{i >> 8}.{i & 255}\",{ttl},\"{comment}\"]"))}]";
        var addresses = $"[{string.Join(',', Enumerable.Range(0, 2_000).Select(i => $"\"10.0.{i >> 8}.{i & 255}\""))}]";

        var first = node.CallAsync("blacklist_append", All(0, "first"));
        var second = node.CallAsync("blacklist_append", All(600, "second"));
        var removal = node.CallAsync("blacklist_remove", addresses);
        await Task.WhenAll(first, second, removal);

        (await first).GetInt32().ShouldBe(2_000);
        (await second).GetInt32().ShouldBe(2_000);
        (await removal).GetInt32().ShouldBeInRange(0, 2_000);
        var left = (await node.CallAsync("blacklist_get")).EnumerateArray().ToList();
        left.Select(entry => entry[0].GetString()).ShouldBeUnique();
        left.ShouldAllBe(entry => (entry[1].GetInt32() == 0) == (entry[2].GetString() == "first"));
        (await node.CallAsync("blacklist_remove", addresses)).GetInt32().ShouldBe(left.Count);
    }

    [Fact]
    public async Task The_configured_entries_are_told_by_check_and_not_by_get()
    {
        await using var node = await TestNode.StartAsync(AdminApi.Settings("127.0.0.1:1", """ "Whitelist": ["192.0.2.10"], "Blacklist": ["198.51.100.0/24"] """));

        (await node.EntriesAsync("blacklist")).ShouldBeEmpty();
        (await node.EntriesAsync("whitelist")).ShouldBeEmpty();
        (await node.CallAsync("blacklist_flush")).GetInt32().ShouldBe(0);
        var check = await node.CallAsync("blacklist_check", """["198.51.100.9"]""");
        check.GetProperty("listed").GetBoolean().ShouldBeTrue();
        check.GetProperty("services")[0].GetProperty("blacklist").GetProperty("configured").GetString().ShouldBe("198.51.100.0/24");
        (await node.CallAsync("whitelist_check", """["192.0.2.10"]""")).GetProperty("listed").GetBoolean().ShouldBeTrue();
        (await node.CallAsync("whitelist_check", """["192.0.2.11"]""")).GetProperty("listed").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task A_call_that_changes_something_is_one_line_of_the_log_without_the_token()
    {
        await using var node = await TestNode.StartAsync("127.0.0.1:1");

        await node.CallAsync("blacklist_append", """[["203.0.113.7", 60, "why"]]""", "SHOP");
        await node.CallAsync("blacklist_get");

        node.Log.Lines.Count(line => line.Contains("api: ", StringComparison.Ordinal)).ShouldBe(1);
        node.Log.Count("api: blacklist_append service=shop params=1").ShouldBe(1);
        node.Log.Count("secret").ShouldBe(0);
    }

    private static int Seconds(string entry) => JsonDocument.Parse(entry).RootElement[1].GetInt32();
}
