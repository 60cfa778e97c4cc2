using System.Globalization;
using System.Text.RegularExpressions;

namespace Qrator.FilterNode.Fixtures;

/// <summary>
/// A network of the test's own behind a pair of virtual interfaces, whose packet filter counts the SYN packets that reach it and throws
/// them away; on <see cref="UnreachablePort"/> it answers that the host cannot be reached. Needs root.
/// </summary>
public sealed partial class DarkNetwork : IAsyncDisposable
{
    /// <summary>A port whose packets are answered by an ICMP message.</summary>
    public const int UnreachablePort = 81;

    private readonly string _name;

    private DarkNetwork(string name, string address)
    {
        _name = name;
        Address = address;
    }

    /// <summary>An address in it.</summary>
    public string Address { get; }

    public static async Task<DarkNetwork> CreateAsync()
    {
        // From the block for benchmarks (RFC 2544), which no real network uses.
        var number = Random.Shared.Next(1, 16_000);
        var subnet = $"198.{18 + (number >> 14)}.{number >> 6 & 255}.";
        var host = (number & 63) << 2;
        var dark = new DarkNetwork(string.Create(CultureInfo.InvariantCulture, $"dark{number}"), $"{subnet}{host + 2}");
        await RunAsync("", "ip", "netns", "add", dark._name);
        await RunAsync("", "ip", "link", "add", dark._name, "type", "veth", "peer", "name", "eth0", "netns", dark._name);
        await RunAsync("", "ip", "addr", "add", $"{subnet}{host + 1}/30", "dev", dark._name);
        await RunAsync("", "ip", "link", "set", dark._name, "up");
        await dark.InsideAsync("", "ip", "addr", "add", $"{dark.Address}/30", "dev", "eth0");
        await dark.InsideAsync("", "ip", "link", "set", "eth0", "up");
        await dark.InsideAsync(
            $$"""
            table ip dark {
              counter syn { }
              chain input { type filter hook input priority 0; tcp dport {{UnreachablePort}} reject with icmp type host-unreachable; tcp flags & (syn|ack) == syn counter name syn drop; }
            }
            """,
            "nft", "-f", "-");
        return dark;
    }

    /// <summary>The SYN packets that reached it: several for each connect, as the kernel repeats them.</summary>
    public async Task<int> SynsAsync()
    {
        var counter = await InsideAsync("", "nft", "list", "counter", "ip", "dark", "syn");
        return int.Parse(Packets().Match(counter).Groups[1].ValueSpan, CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync() => await RunAsync("", "ip", "netns", "delete", _name);

    private Task<string> InsideAsync(string input, params IEnumerable<string> command) => RunAsync(input, "ip", ["netns", "exec", _name, .. command]);

    private static async Task<string> RunAsync(string input, string program, params IEnumerable<string> arguments)
    {
        var (exit, output, errors) = await Command.RunAsync(Path.GetTempPath(), input, program, arguments);
        exit.ShouldBe(0, errors);
        return output;
    }

    [GeneratedRegex("packets ([0-9]+)")]
    private static partial Regex Packets();
}
