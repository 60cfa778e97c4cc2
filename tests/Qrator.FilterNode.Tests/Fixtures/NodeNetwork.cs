using System.Globalization;
using System.Net;

namespace Qrator.FilterNode.Fixtures;

/// <summary>
/// A network of the test's own behind a pair of virtual interfaces, for a node with a packet filter of its own. Clients are on this side and have
/// several addresses. Needs root.
/// </summary>
public sealed class NodeNetwork : IAsyncDisposable
{
    private readonly string _name;
    private readonly string _subnet;
    private readonly string _prefix;

    private NodeNetwork(int number)
    {
        // From the block for benchmarks (RFC 2544) and from the local addresses of IPv6 (RFC 4193), which no real network uses.
        _name = string.Create(CultureInfo.InvariantCulture, $"node{number}");
        _subnet = string.Create(CultureInfo.InvariantCulture, $"198.19.{number}.");
        _prefix = string.Create(CultureInfo.InvariantCulture, $"fd00:beef:{number:x}:");
    }

    /// <summary>The node's address.</summary>
    public IPAddress Address => IPAddress.Parse(_subnet + "254");

    /// <summary>The node's other address.</summary>
    public IPAddress OtherAddress => IPAddress.Parse(_subnet + "253");

    /// <summary>The node's IPv6 address.</summary>
    public IPAddress IPv6Address => IPAddress.Parse(_prefix + "ff::1");

    /// <summary>A client on this side: 1 to 9.</summary>
    public string Client(int number) => string.Create(CultureInfo.InvariantCulture, $"{_subnet}{number}");

    /// <summary>An IPv6 address on this side: in network 1 or 2 the address 1 or 2.</summary>
    public string IPv6Client(int network, int number) => string.Create(CultureInfo.InvariantCulture, $"{_prefix}{network}::{number}");

    public static async Task<NodeNetwork> CreateAsync()
    {
        var network = await TakeAsync();
        await RunAsync("ip", "link", "add", network._name, "type", "veth", "peer", "name", "eth0", "netns", network._name);
        for (var i = 1; i <= 9; i++)
        {
            await RunAsync("ip", "addr", "add", network.Client(i) + "/24", "dev", network._name);
        }

        foreach (var (net, number) in new[] { (1, 1), (1, 2), (2, 1) })
        {
            await RunAsync("ip", "addr", "add", network.IPv6Client(net, number) + "/48", "dev", network._name, "nodad");
        }

        await RunAsync("ip", "link", "set", network._name, "up");
        await network.InsideAsync("ip", "addr", "add", network.Address + "/24", "dev", "eth0");
        await network.InsideAsync("ip", "addr", "add", network.OtherAddress + "/24", "dev", "eth0");
        await network.InsideAsync("ip", "addr", "add", network.IPv6Address + "/48", "dev", "eth0", "nodad");
        await network.InsideAsync("ip", "link", "set", "lo", "up");
        await network.InsideAsync("ip", "link", "set", "eth0", "up");
        return network;
    }

    /// <summary>Starts a node in it, with the settings and the state that are in a folder.</summary>
    /// <param name="folder">The working directory.</param>
    /// <param name="path">Where the node finds programs before it looks elsewhere; null for nowhere.</param>
    public Task<NodeProcess> StartAsync(string folder, string? path = null)
    {
        var environment = path is null ? [] : new[] { "env", $"PATH={path}:{Environment.GetEnvironmentVariable("PATH")}" };
        return NodeProcess.StartAsync(folder, "ip", ["netns", "exec", _name, .. environment, "dotnet", NodeProcess.Dll]);
    }

    /// <summary>Runs a program in it, which must succeed, and returns what it prints.</summary>
    public Task<string> InsideAsync(params IEnumerable<string> command) => RunAsync("ip", ["netns", "exec", _name, .. command]);

    public async ValueTask DisposeAsync() => await RunAsync("ip", "netns", "delete", _name);

    // Another run of the tests may have taken the number.
    private static async Task<NodeNetwork> TakeAsync()
    {
        while (true)
        {
            var network = new NodeNetwork(Random.Shared.Next(1, 255));
            var (exit, _, errors) = await Command.RunAsync(Path.GetTempPath(), "", "ip", "netns", "add", network._name);
            if (exit == 0)
            {
                return network;
            }

            errors.ShouldContain("File exists");
        }
    }

    private static async Task<string> RunAsync(string program, params IEnumerable<string> arguments)
    {
        var (exit, output, errors) = await Command.RunAsync(Path.GetTempPath(), "", program, arguments);
        exit.ShouldBe(0, errors);
        return output;
    }
}
