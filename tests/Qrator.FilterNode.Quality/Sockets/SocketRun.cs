using System.Diagnostics;
using System.Net;

namespace Qrator.FilterNode.Quality.Sockets;

/// <summary>
/// A node with real sockets, in real time, across <see cref="TwoNetworks"/>: visitors from some hundred addresses, and after a while a flood from some thousand. Counts what visitors get
/// all along, and what of the flood gets through in each second. The learning is as short as it can be: with under some 5,000 requests known nothing is a thousand
/// times likelier than usual.
/// </summary>
internal sealed class SocketRun(string nodeDll, string nodeNetwork)
{
    private const int Visitors = 300;
    private const int Attackers = 2_000;
    private const int FirstVisitor = 1_000;
    private const int FirstAttacker = 20_000;
    private const double VisitorsRate = 250;
    private const double AttackRate = 600;
    private static readonly TimeSpan Learning = TimeSpan.FromSeconds(46);
    private static readonly TimeSpan Attack = TimeSpan.FromSeconds(12);
    private static readonly string[] Pages = ["/", "/static/site.css", "/static/site.js", "/img/1.jpg", "/item/7", "/search", "/cart"];

    private const int Port = 8080;
    private const int AdminPort = 9090;

    private static readonly IPEndPoint Node = new(IPAddress.Parse(TwoNetworks.NodeAddress), Port);
    private static readonly IPEndPoint NodeByIPv6 = new(IPAddress.Parse(TwoNetworks.NodeIPv6Address), Port);

    private readonly (int Sent, int Answered)[] _good = new (int, int)[120];
    private readonly (int Sent, int Answered)[] _bad = new (int, int)[120];

    /// <summary>Runs it and writes a table.</summary>
    public async Task RunAsync()
    {
        using var origin = new SmallOrigin(IPAddress.Parse(TwoNetworks.OriginAddress));
        var folder = Directory.CreateTempSubdirectory("quality");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "appsettings.json"), Settings(origin.Address));
        using var node = Process.Start(new ProcessStartInfo("ip", ["netns", "exec", nodeNetwork, "dotnet", nodeDll]) { WorkingDirectory = folder.FullName, RedirectStandardOutput = true })!;
        var said = new List<string>();
        node.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.Contains("detection:", StringComparison.Ordinal) == true)
            {
                lock (said)
                {
                    said.Add(line.Data);
                }
            }
        };
        node.BeginOutputReadLine();
        try
        {
            await WaitUntilReadyAsync();
            var clock = Stopwatch.StartNew();
            await Task.WhenAll(
                SendAsync(clock, TimeSpan.Zero, Learning + Attack, VisitorsRate, _good, Visit),
                SendAsync(clock, Learning, Learning + Attack, AttackRate, _bad, Flood));
        }
        finally
        {
            node.Kill();
            await node.WaitForExitAsync();
            folder.Delete(recursive: true);
        }

        Write(said);
    }

    private static async Task SendAsync(
        Stopwatch clock, TimeSpan begin, TimeSpan end, double rate, (int Sent, int Answered)[] counts, Func<int, Task<bool>> ask)
    {
        var asked = new List<Task>();
        for (var i = 0; ; i++)
        {
            var due = begin + TimeSpan.FromSeconds(i / rate);
            if (due >= end)
            {
                break;
            }

            if (due > clock.Elapsed)
            {
                await Task.Delay(due - clock.Elapsed);
            }

            asked.Add(CountAsync(counts, (int)due.TotalSeconds, ask(i)));
        }

        await Task.WhenAll(asked);
    }

    private static async Task CountAsync((int Sent, int Answered)[] counts, int second, Task<bool> asking)
    {
        var answered = await asking;
        lock (counts)
        {
            counts[second] = (counts[second].Sent + 1, counts[second].Answered + (answered ? 1 : 0));
        }
    }

    // One visitor after the other asks for the next of its pages.
    private static Task<bool> Visit(int i) => Ask(
        FirstVisitor + (i % Visitors),
        Pages[i / Visitors % Pages.Length],
        $"User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:{100 + (i % 7)}.0) Gecko/20100101 Firefox/{100 + (i % 7)}.0\r\nAccept: */*\r\nCookie: a=1\r\n");

    private static Task<bool> Flood(int i) => Ask(FirstAttacker + (i % Attackers), "/search?q=a", "Accept: */*\r\nUser-Agent: Flood/1.0\r\n");

    private static Task<bool> Ask(int client, string path, string headers) => TwoNetworks.Client(client) is { AddressFamily: System.Net.Sockets.AddressFamily.InterNetwork } address
        ? SocketClient.AskAsync(address, Node, path, headers)
        : SocketClient.AskAsync(TwoNetworks.Client(client), NodeByIPv6, path, headers);

    private static async Task WaitUntilReadyAsync()
    {
        using var http = new HttpClient();
        for (var attempt = 0; attempt < 300; attempt++)
        {
            try
            {
                if ((await http.GetAsync(new Uri($"http://{TwoNetworks.NodeAddress}:{AdminPort}/readyz"))).IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(100);
        }

        throw new InvalidOperationException("the node does not start");
    }

    private static string Settings(EndPoint origin) => $$"""
        { "FilterNode": {
            "Listeners": [ { "Address": "[::]:{{Port}}" } ], "Admin": { "Address": "{{TwoNetworks.NodeAddress}}:{{AdminPort}}", "Tokens": [ "quality" ] },
            "Services": { "shop": { "Hosts": [ "*" ], "Origins": [ "{{origin}}" ],
              "Behavior": { "Mode": "On", "Floors": { "RequestsPerSecond": 300 } } } } } }
        """;

    private void Write(List<string> said)
    {
        var (begin, end) = ((int)Learning.TotalSeconds, (int)(Learning + Attack).TotalSeconds);
        Console.WriteLine("| second of the attack | visitors' requests | answered | attack requests | answered |\n|---|---|---|---|---|");
        Console.WriteLine(FormattableString.Invariant($"| before | {_good[..begin].Sum(c => c.Sent)} | {_good[..begin].Sum(c => c.Answered)} | | |"));
        for (var second = begin; second < end; second++)
        {
            Console.WriteLine(FormattableString.Invariant($"| {second - begin} | {_good[second].Sent} | {_good[second].Answered} | {_bad[second].Sent} | {_bad[second].Answered} |"));
        }

        lock (said)
        {
            Console.WriteLine(string.Join('\n', said));
        }
    }
}
