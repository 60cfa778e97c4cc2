using System.Diagnostics;
using System.Globalization;

namespace Qrator.FilterNode.Quality.Sockets;

/// <summary>
/// Two network namespaces behind a pair of virtual interfaces: one for the node, one for the load, to which 65,536 IPv4 addresses and as many IPv6 networks
/// lead. All addresses are of blocks that no real network uses (RFC 2544 and RFC 4193). Needs root. Whatever runs in them ends with them.
/// </summary>
internal sealed class TwoNetworks : IAsyncDisposable
{
    /// <summary>Where the node is.</summary>
    public const string NodeAddress = "198.19.255.1";

    /// <summary>The same by IPv6.</summary>
    public const string NodeIPv6Address = "fd00:beef:1::1";

    /// <summary>Where its origin is.</summary>
    public const string OriginAddress = "198.19.255.2";

    private const string OriginIPv6Address = "fd00:beef:1::2";
    private const string Prefix = "quality-";
    private const string Link = "quality";

    private readonly string _load;

    private TwoNetworks(int process)
    {
        Node = string.Create(CultureInfo.InvariantCulture, $"{Prefix}node-{process}");
        _load = string.Create(CultureInfo.InvariantCulture, $"{Prefix}load-{process}");
    }

    /// <summary>The name of the node's.</summary>
    public string Node { get; }

    /// <summary>Makes them, and removes those of runs that were killed.</summary>
    public static async Task<TwoNetworks> CreateAsync()
    {
        await RemoveLeftoversAsync();
        var networks = new TwoNetworks(Environment.ProcessId);
        try
        {
            await networks.MakeAsync();
            return networks;
        }
        catch
        {
            await networks.DisposeAsync();
            throw;
        }
    }

    /// <summary>The address of a client by its number (up to 65,535): every other one is IPv6, each in a network of its own.</summary>
    public static System.Net.IPAddress Client(int number) => System.Net.IPAddress.Parse(number % 2 == 0
        ? string.Create(CultureInfo.InvariantCulture, $"198.18.{number >> 8}.{number & 0xFF}")
        : string.Create(CultureInfo.InvariantCulture, $"fd00:bee0:{number:x}::1"));

    /// <summary>Runs a program where the load is. Gives its exit code; 124 when it was ended.</summary>
    public async Task<int> RunLoadAsync(CancellationToken end, params IEnumerable<string> command)
    {
        using var process = Process.Start("ip", ["netns", "exec", _load, .. command]);
        try
        {
            await process.WaitForExitAsync(end);
            return process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return 124;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var name in new[] { _load, Node })
        {
            await RemoveAsync(name);
        }
    }

    private static async Task RemoveLeftoversAsync()
    {
        foreach (var name in (await RunAsync("netns", "list")).Split('\n').Select(line => line.Split(' ')[0]).Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            if (!Directory.Exists($"/proc/{name.Split('-')[^1]}"))
            {
                await RemoveAsync(name);
            }
        }
    }

    // A namespace lives on while something runs in it.
    private static async Task RemoveAsync(string name)
    {
        try
        {
            foreach (var id in (await RunAsync("netns", "pids", name)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                Process.GetProcessById(int.Parse(id, CultureInfo.InvariantCulture)).Kill();
            }
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            // It was never made, or has just ended.
        }

        try
        {
            await RunAsync("netns", "delete", name);
        }
        catch (InvalidOperationException)
        {
            // It was never made.
        }
    }

    private static async Task<string> RunAsync(params IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"ip {string.Join(' ', arguments)}: {await errors}");
    }

    private async Task MakeAsync()
    {
        await RunAsync("netns", "add", Node);
        await RunAsync("netns", "add", _load);
        await RunAsync("-n", _load, "link", "add", Link, "type", "veth", "peer", "name", Link, "netns", Node);
        await RunAsync("-n", Node, "addr", "add", NodeAddress + "/30", "dev", Link);
        await RunAsync("-n", Node, "addr", "add", NodeIPv6Address + "/64", "dev", Link, "nodad");
        await RunAsync("-n", _load, "addr", "add", OriginAddress + "/30", "dev", Link);
        await RunAsync("-n", _load, "addr", "add", OriginIPv6Address + "/64", "dev", Link, "nodad");
        foreach (var name in new[] { Node, _load })
        {
            await RunAsync("-n", name, "link", "set", "lo", "up");
            await RunAsync("-n", name, "link", "set", Link, "up");
        }

        // All of these are addresses of the load, without being given one by one.
        await RunAsync("-n", _load, "route", "add", "local", "198.18.0.0/16", "dev", "lo");
        await RunAsync("-n", _load, "-6", "route", "add", "local", "fd00:bee0::/32", "dev", "lo");
        await RunAsync("netns", "exec", _load, "sh", "-c", "echo 1 > /proc/sys/net/ipv6/ip_nonlocal_bind");
        await RunAsync("-n", Node, "route", "add", "198.18.0.0/16", "via", OriginAddress);
        await RunAsync("-n", Node, "-6", "route", "add", "fd00:bee0::/32", "via", OriginIPv6Address);
    }
}
