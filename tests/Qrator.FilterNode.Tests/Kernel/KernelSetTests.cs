using System.Text.Json.Nodes;
using Qrator.FilterNode.Fixtures;
using Qrator.FilterNode.State;

namespace Qrator.FilterNode.Kernel;

/// <summary>The kernel set for real: nodes in network namespaces, with the packet filter of Linux.</summary>
[Trait("Category", "Root")]
public sealed class KernelSetTests
{
    private const string Table = "table inet filternode";
    private const string Available = "filternode_kernel_available";
    private const string Hello = "This is the demo origin";

    [Fact]
    public async Task A_listed_client_that_keeps_coming_gets_no_answer_to_its_SYN_until_it_is_removed_and_others_do()
    {
        await using var node = await KernelNode.CreateAsync();
        await node.StartAsync();
        var (listed, whitelisted, other) = (node.Network.Client(1), node.Network.Client(2), node.Network.Client(3));
        await node.BlacklistAsync(listed);
        await node.BlacklistAsync(whitelisted);
        await node.CallAsync("whitelist_append", $"[[\"{whitelisted}\", 600, \"\"]]");

        await node.ComeAsync(listed);
        await node.ShouldDropAsync(1);
        await node.GetsNoAnswerAsync(listed);

        (await node.AskAsync(whitelisted)).ShouldContain(Hello);
        (await node.AskAsync(other)).ShouldContain(Hello);
        (await node.MetricAsync("filternode_connections_dropped_total{listener=\"[::]:8080\",reason=\"blacklisted\"}")).ShouldBe(3);
        (await node.MetricAsync("filternode_kernel_dropped_bytes_total{listener=\"[::]:8080\"}")).ShouldBeGreaterThanOrEqualTo(80);

        await node.CallAsync("blacklist_remove", $"[\"{listed}\"]");
        await node.ShouldDropAsync(0);
        (await node.AskAsync(listed)).ShouldContain(Hello);
    }

    [Fact]
    public async Task Who_comes_less_often_than_the_threshold_is_refused_by_the_node_alone()
    {
        await using var node = await KernelNode.CreateAsync();
        await node.StartAsync();
        var (seldom, often) = (node.Network.Client(1), node.Network.Client(2));
        await node.BlacklistAsync(seldom);
        await node.BlacklistAsync(often);
        (await RawClient.IsResetAsync(node.Address, seldom)).ShouldBeTrue();
        (await RawClient.IsResetAsync(node.Address, seldom)).ShouldBeTrue();
        await node.ComeAsync(often);
        await node.ShouldDropAsync(1);

        (await node.NftAsync("list", "table", "inet", "filternode")).ShouldNotContain(seldom);
        (await RawClient.IsResetAsync(node.Address, seldom)).ShouldBeTrue("the node answers it, the third time too");
        await node.ShouldDropAsync(2);
        await node.GetsNoAnswerAsync(seldom);
    }

    [Fact]
    public async Task Whitelisting_and_flushing_free_a_client()
    {
        await using var node = await KernelNode.CreateAsync();
        await node.StartAsync();
        var (first, second) = (node.Network.Client(1), node.Network.Client(2));
        await node.BlacklistAsync(first);
        await node.BlacklistAsync(second);
        await node.ComeAsync(first);
        await node.ComeAsync(second);
        await node.ShouldDropAsync(2);

        await node.CallAsync("whitelist_append", $"[[\"{first}\", 600, \"\"]]");
        await node.ShouldDropAsync(1);
        (await node.AskAsync(first)).ShouldContain(Hello);

        await node.CallAsync("blacklist_flush", "[]");
        await node.ShouldDropAsync(0);
        (await node.AskAsync(second)).ShouldContain(Hello);
    }

    [Fact]
    public async Task A_client_is_free_when_its_time_is_over()
    {
        await using var node = await KernelNode.CreateAsync();
        await node.StartAsync();
        var client = node.Network.Client(1);
        await node.BlacklistAsync(client, seconds: 12);
        await node.ComeAsync(client);
        await node.ShouldDropAsync(1);
        (await node.NftAsync("list", "table", "inet", "filternode")).ShouldContain(client);

        await node.ShouldDropAsync(0);

        await Eventually.Holds(async () => !(await node.NftAsync("list", "table", "inet", "filternode")).Contains(client, StringComparison.Ordinal), "the kernel forgets it");
        await Eventually.Holds(async () => (await node.AskAsync(client)).Contains(Hello, StringComparison.Ordinal), "the node does too");
    }

    [Fact]
    public async Task The_next_run_keeps_who_is_still_listed_and_frees_the_others()
    {
        await using var node = await KernelNode.CreateAsync();
        var (kept, freed) = (node.Network.Client(1), node.Network.Client(2));
        node.Section["Services"]!["shop"]!["Blacklist"] = new JsonArray(freed);
        await node.StartAsync();
        await node.BlacklistAsync(kept);
        await node.ComeAsync(kept);
        await node.ComeAsync(freed);
        await node.ShouldDropAsync(2);

        await node.StopAsync();
        var left = await node.NftAsync("list", "table", "inet", "filternode");
        left.ShouldContain(kept);
        left.ShouldContain(freed);

        node.Section["Services"]!["shop"]!["Blacklist"] = new JsonArray();
        await node.StartAsync();
        await node.ShouldComeToAsync(Available, 1);
        await node.ShouldDropAsync(1);
        (await node.AskAsync(freed)).ShouldContain(Hello);
        await node.GetsNoAnswerAsync(kept);
    }

    [Fact]
    public async Task The_table_is_removed_by_the_command_and_no_other_is_touched()
    {
        await using var node = await KernelNode.CreateAsync();
        await node.NftAsync("add table inet other; add set inet other clients { type ipv4_addr; flags timeout; }; add element inet other clients { 192.0.2.1 }; "
            + "add chain inet other input { type filter hook input priority 0; }; add rule inet other input ip saddr @clients drop");
        var before = await node.NftAsync("list", "table", "inet", "other");
        await node.StartAsync();
        var client = node.Network.Client(1);
        await node.BlacklistAsync(client);
        await node.ComeAsync(client);
        await node.ShouldDropAsync(1);
        await node.StopAsync();
        (await node.NftAsync("list", "ruleset")).ShouldContain(Table);

        (await node.Network.InsideAsync("dotnet", NodeProcess.Dll, "--kernel-clean")).ShouldBe($"{Table} is gone\n");
        (await node.NftAsync("list", "ruleset")).ShouldBe(before);

        // Also when there is none.
        await node.Network.InsideAsync("dotnet", NodeProcess.Dll, "--kernel-clean");
        (await node.NftAsync("list", "ruleset")).ShouldBe(before);
    }

    [Fact]
    public async Task The_table_goes_with_the_node_or_the_switch_if_the_configuration_says_so()
    {
        await using var node = await KernelNode.CreateAsync();
        node.Section["Kernel"]!["KeepOnStop"] = false;
        await node.StartAsync();
        await node.ShouldComeToAsync(Available, 1);

        node.Section["Kernel"]!["Enabled"] = false;
        await node.WriteSettingsAsync();
        await Eventually.Holds(async () => !(await node.NftAsync("list", "ruleset")).Contains(Table, StringComparison.Ordinal), "it is switched off");

        node.Section["Kernel"]!["Enabled"] = true;
        await node.WriteSettingsAsync();
        await node.ShouldComeToAsync(Available, 1);
        (await node.NftAsync("list", "ruleset")).ShouldContain(Table);

        await node.StopAsync();
        (await node.NftAsync("list", "ruleset")).ShouldNotContain(Table);
    }

    [Fact]
    public async Task A_proxy_is_never_dropped_for_its_visitors_nor_for_a_client_whose_network_it_is_in()
    {
        await using var node = await KernelNode.CreateAsync();
        var (balancer, proxy, bad, last) = (node.Network.Client(1), node.Network.IPv6Client(1, 2), node.Network.IPv6Client(1, 1), node.Network.Client(2));
        node.Section["Listeners"]!.AsArray().Add(new JsonObject
        {
            ["Address"] = $"{node.Network.OtherAddress}:8080",
            ["ProxyProtocol"] = true,
            ["TrustedPeers"] = new JsonArray(balancer),
        });
        node.Section["Clients"] = new JsonObject { ["TrustedProxies"] = new JsonArray(proxy) };
        await node.StartAsync();
        await node.BlacklistAsync(balancer);
        await node.BlacklistAsync(last);
        await node.BlacklistAsync(node.Network.IPv6Client(1, 1));
        var balanced = new Uri($"http://{node.Network.OtherAddress}:8080");

        // Five visitors of the balancer are refused, and itself at the listener where it may not balance.
        for (var i = 0; i < 5; i++)
        {
            using var visitor = await RawClient.ConnectAsync(balanced, balancer);
            await visitor.SendAsync($"PROXY TCP4 {last} 192.0.2.1 1000 80\r\n");
            (await visitor.ReadToEndAsync()).Reset.ShouldBeTrue();
        }

        await node.ComeAsync(balancer);
        await node.ComeAsync(bad, node.IPv6Address);
        await node.ShouldDropAsync(2);

        (await node.MetricAsync(KernelNode.Entries($"{node.Network.OtherAddress}:8080"))).ShouldBe(0);
        using (var visitor = await RawClient.ConnectAsync(balanced, balancer))
        {
            await visitor.SendAsync("PROXY TCP4 192.0.2.7 192.0.2.1 1000 80\r\nGET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            (await visitor.ReadToEndAsync()).Text.ShouldContain(Hello);
        }

        await node.GetsNoAnswerAsync(bad, node.IPv6Address);
        using (var visitor = await RawClient.ConnectAsync(node.IPv6Address, proxy))
        {
            await visitor.SendAsync("GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 192.0.2.7\r\nConnection: close\r\n\r\n");
            (await visitor.ReadToEndAsync()).Text.ShouldContain(Hello);
        }
    }

    [Theory]
    [InlineData("missing", "#!/no/such/shell\n")]
    [InlineData("rights", "#!/bin/sh\nPATH=${PATH#*:} exec setpriv --bounding-set -net_admin --inh-caps -net_admin nft \"$@\"\n")]
    public async Task Without_nft_or_the_right_to_use_it_the_node_refuses_by_itself_until_it_has_them(string reason, string program)
    {
        using var programs = new TemporaryFolder();
        await WriteProgramAsync(programs.File("nft"), program);
        await using var node = await KernelNode.CreateAsync(programs.Path);
        await node.StartAsync();
        var client = node.Network.Client(1);
        await node.BlacklistAsync(client);

        await Eventually.Holds(async () => await node.MetricAsync($"filternode_kernel_failures_total{{reason=\"{reason}\"}}") >= 2, "it is tried again");
        (await node.MetricAsync(Available)).ShouldBe(0);
        (await RawClient.IsResetAsync(node.Address, client)).ShouldBeTrue();
        (await node.AskAsync(node.Network.Client(2))).ShouldContain(Hello);
        await Eventually.Holds(() => node.Process.Lines.Any(line => line.Contains($"kernel set unavailable ({reason})", StringComparison.Ordinal)), "it is told");
        node.Process.Lines.Count(line => line.Contains("kernel set unavailable", StringComparison.Ordinal)).ShouldBe(1);

        await WriteProgramAsync(programs.File("nft"), "#!/bin/sh\nPATH=${PATH#*:} exec nft \"$@\"\n");
        await node.ShouldComeToAsync(Available, 1);
        await node.ComeAsync(client);
        await node.ShouldDropAsync(1);
    }

    [Fact]
    public async Task Trouble_with_nft_leaves_the_node_refusing_by_itself_until_it_is_over()
    {
        var programs = Directory.CreateTempSubdirectory("filternode-nft-").FullName;
        var broken = Path.Combine(programs, "broken");
        var nft = Path.Combine(programs, "nft");
        await File.WriteAllTextAsync(nft, $"#!/bin/sh\n[ -e {broken} ] && {{ echo 'Error: out of order' >&2; exit 1; }}\nPATH=${{PATH#*:}} exec nft \"$@\"\n");
        (await Command.RunAsync(programs, "", "chmod", "+x", nft)).ExitCode.ShouldBe(0);
        await File.WriteAllTextAsync(broken, "");
        await using var node = await KernelNode.CreateAsync(programs);
        await node.StartAsync();
        var client = node.Network.Client(1);
        await node.BlacklistAsync(client);

        await Eventually.Holds(async () => await node.MetricAsync("filternode_kernel_failures_total{reason=\"failed\"}") >= 2, "it is tried again");
        (await node.MetricAsync(Available)).ShouldBe(0);
        (await node.AskAsync(node.Network.Client(2))).ShouldContain(Hello);
        (await RawClient.IsResetAsync(node.Address, client)).ShouldBeTrue();
        await Eventually.Holds(() => node.Process.Lines.Any(line => line.Contains("Error: out of order", StringComparison.Ordinal)), "it is told");
        node.Process.Lines.Count(line => line.Contains("kernel set unavailable (failed)", StringComparison.Ordinal)).ShouldBe(1);

        File.Delete(broken);
        await node.ShouldComeToAsync(Available, 1);
        await node.ComeAsync(client);
        await node.ShouldDropAsync(1);

        // Somebody removes all tables.
        await node.NftAsync("flush", "ruleset");
        await Eventually.Holds(async () => (await node.NftAsync("list", "ruleset")).Contains(client, StringComparison.Ordinal), "the table is written anew");
        Directory.Delete(programs, recursive: true);
    }

    // Renamed into place, so that nobody runs half of it.
    private static async Task WriteProgramAsync(string path, string text)
    {
        await File.WriteAllTextAsync(path + ".next", text);
        (await Command.RunAsync(Path.GetDirectoryName(path)!, "", "chmod", "+x", path + ".next")).ExitCode.ShouldBe(0);
        File.Move(path + ".next", path, overwrite: true);
    }
}
