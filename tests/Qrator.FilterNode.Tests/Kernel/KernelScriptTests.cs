using System.Net;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Kernel;

public sealed class KernelScriptTests
{
    [Fact]
    public void Each_packet_comes_to_the_listener_that_the_system_would_give_it_to()
    {
        var script = new KernelScript();
        script.Replace(
            [Listener(0, "0.0.0.0:80"), Listener(1, "[::]:80"), Listener(2, "192.0.2.1:80"), Listener(3, "[2001:db8::1]:443")],
            [IPEndPoint.Parse("192.0.2.2:80"), IPEndPoint.Parse("0.0.0.0:443")],
            [Prefix("10.0.0.0/8"), Prefix("2001:db8:2::/48"), Prefix("0.0.0.0/0")],
            56);

        var text = script.ToString();
        text.ShouldStartWith("add table inet filternode\ndelete table inet filternode\ntable inet filternode {\n");
        text.ShouldContain("set whitelist4 { type ipv4_addr; flags interval; auto-merge; elements = { 10.0.0.0/8, 0.0.0.0/0 }; }\n");
        text.ShouldContain("set whitelist6 { type ipv6_addr; flags interval; auto-merge; elements = { 2001:db8:2::/48 }; }\n");
        text.ShouldContain("    ip daddr . tcp dport vmap { 192.0.2.1 . 80 : goto at-192.0.2.1-80, 192.0.2.2 . 80 : accept }\n");
        text.ShouldContain("    ip6 daddr . tcp dport vmap { 2001:db8::1 . 443 : goto at-2001_db8__1-443 }\n");
        text.ShouldContain("    meta nfproto . tcp dport vmap { ipv4 . 80 : goto at-0.0.0.0-80, ipv6 . 80 : goto at-__-80, ipv4 . 443 : accept }\n");
        text.ShouldContain("    ip6 saddr & ffff:ffff:ffff:ff00:: @blacklist6-__-80 counter name dropped-__-80 drop\n");
        text.Split('\n').Count(line => line.Contains("type filter hook", StringComparison.Ordinal)).ShouldBe(1);
        text.IndexOf("@whitelist4", StringComparison.Ordinal).ShouldBeLessThan(text.IndexOf("vmap", StringComparison.Ordinal));
    }

    [Fact]
    public void Clients_come_and_go_by_name_of_their_listener()
    {
        var script = new KernelScript();
        script.IsEmpty.ShouldBeTrue();
        script.Add(Listener(0, "0.0.0.0:80"), ClientKey.FromIPv4(0xC000_0201), TimeSpan.FromSeconds(1.5));
        script.Remove(Listener(1, "[::]:80"), new(0x2001_0DB8_0000_0000, 0));

        script.ToString().ShouldBe("""
            add element inet filternode blacklist4-0.0.0.0-80 { 192.0.2.1 timeout 1500ms }
            add element inet filternode blacklist6-__-80 { 2001:db8:: }
            delete element inet filternode blacklist6-__-80 { 2001:db8:: }

            """);
    }

    [Fact]
    public void What_nft_lists_is_read_and_what_is_of_others_is_passed_over()
    {
        const string json = """
            {"nftables": [{"metainfo": {"version": "1.0.6", "json_schema_version": 1}},
              {"counter": {"family": "inet", "name": "dropped-0.0.0.0-80", "table": "filternode", "handle": 2, "packets": 12, "bytes": 720}},
              {"counter": {"family": "inet", "name": "dropped-0.0.0.0-80", "table": "other", "handle": 2, "packets": 1, "bytes": 2}},
              {"set": {"family": "inet", "name": "whitelist4", "table": "filternode", "flags": ["interval"], "elem": [{"prefix": {"addr": "10.0.0.0", "len": 8}}]}},
              {"set": {"family": "inet", "name": "blacklist4-0.0.0.0-80", "table": "filternode", "flags": ["timeout"],
                "elem": ["192.0.2.1", {"elem": {"val": "192.0.2.2", "timeout": 5, "expires": 4}}, {"elem": {"val": {"concat": ["192.0.2.3", 80]}}}, 7]}},
              {"set": {"family": "ip", "name": "blacklist4-0.0.0.0-80", "table": "filternode", "elem": ["192.0.2.9"]}},
              {"set": {"family": "inet", "name": "empty", "table": "filternode"}},
              {"rule": {"family": "inet", "table": "filternode", "expr": []}}, 7]}
            """;

        KernelDump.Elements(json).Select(element => $"{element.Set} {element.Client}").ShouldBe(["blacklist4-0.0.0.0-80 192.0.2.1", "blacklist4-0.0.0.0-80 192.0.2.2"]);
        KernelDump.Counters(json).ShouldBe([("dropped-0.0.0.0-80", 12, 720)]);
        Should.Throw<KernelException>(() => KernelDump.Counters("no JSON").ToList()).Trouble.ShouldBe(KernelTrouble.Failed);
    }

    [Fact]
    public async Task A_program_that_is_not_there_or_fails_is_told_apart()
    {
        (await Should.ThrowAsync<KernelException>(() => new Nft("no-such-program", TimeProvider.System).ReadAsync())).Trouble.ShouldBe(KernelTrouble.Missing);
        (await Should.ThrowAsync<KernelException>(() => new Nft("false", TimeProvider.System).ApplyAsync("x"))).Trouble.ShouldBe(KernelTrouble.Failed);
        await new Nft("true", TimeProvider.System).ApplyAsync(new string('x', 1_000_000));
    }

    private static KernelListener Listener(int number, string address) => new(number, address, IPEndPoint.Parse(address));

    private static NetworkPrefix Prefix(string text) => NetworkPrefix.TryParse(text, out var prefix, out _) ? prefix : throw new FormatException(text);
}
