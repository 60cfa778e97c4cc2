using System.Diagnostics;
using System.Net;

namespace Qrator.FilterNode.Quality.Sockets;

/// <summary>
/// A node with real sockets, in real time, across <see cref="TwoNetworks"/>: visitors from some hundred addresses, and after a while a flood from some thousand. Counts what visitors get
/// all along, and what of the flood gets through in each second. The flood begins when the node has found the service calm for long enough: with under some 5,000 requests known
/// nothing is a thousand times likelier than usual, and what the node sees of a machine that stood still it takes for an origin that is ill, of which it does not learn.
/// </summary>
internal sealed class SocketRun(string nodeDll, string nodeNetwork)
{
    private const int Visitors = 300;
    private const int Attackers = 2_000;
    private const int FirstVisitor = 1_000;
    private const int FirstAttacker = 20_000;
    private const double VisitorsRate = 250;
    private const double AttackRate = 600;
    private const int CalmSeconds = 75;
    private const int MostSeconds = 240;
    private const int AttackSeconds = 15;
    private const int StoppedFromSecond = 5;
    private const double StoppedPart = 0.99;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly string[] Pages = ["/", "/static/site.css", "/static/site.js", "/img/1.jpg", "/item/7", "/search", "/cart"];

    private const int Port = 8080;
    private const int AdminPort = 9090;

    private static readonly IPEndPoint Node = new(IPAddress.Parse(TwoNetworks.NodeAddress), Port);
    private static readonly IPEndPoint NodeByIPv6 = new(IPAddress.Parse(TwoNetworks.NodeIPv6Address), Port);

    private readonly SocketLoad _good = new(VisitorsRate, Visit);
    private readonly SocketLoad _bad = new(AttackRate, Flood);

    /// <summary>Runs it and writes a table.</summary>
    /// <returns>Whether all visitors were answered, and of the flood 99 % were stopped after 5 seconds.</returns>
    public async Task<bool> RunAsync()
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
            using var over = new CancellationTokenSource();
            var clock = Stopwatch.StartNew();
            var visiting = _good.SendAsync(clock, over.Token);
            await WaitUntilLearnedAsync();
            var onset = clock.Elapsed;
            var flooding = _bad.SendAsync(clock, over.Token);
            await Task.Delay(AttackSeconds * Second);
            await over.CancelAsync();
            await Task.WhenAll(visiting, flooding);
            return Write(onset, said);
        }
        finally
        {
            node.Kill();
            await node.WaitForExitAsync();
            folder.Delete(recursive: true);
        }
    }

    // One visitor after the other asks for the next of its pages.
    private static Task<string> Visit(int i) => Ask(
        FirstVisitor + (i % Visitors),
        Pages[i / Visitors % Pages.Length],
        $"User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:{100 + (i % 7)}.0) Gecko/20100101 Firefox/{100 + (i % 7)}.0\r\nAccept: */*\r\nCookie: a=1\r\n");

    private static Task<string> Flood(int i) => Ask(FirstAttacker + (i % Attackers), "/search?q=a", "Accept: */*\r\nUser-Agent: Flood/1.0\r\n");

    private static Task<string> Ask(int client, string path, string headers) => TwoNetworks.Client(client) is { AddressFamily: System.Net.Sockets.AddressFamily.InterNetwork } address
        ? SocketClient.AskAsync(address, Node, path, headers)
        : SocketClient.AskAsync(TwoNetworks.Client(client), NodeByIPv6, path, headers);

    private static async Task WaitUntilReadyAsync()
    {
        using var http = new HttpClient();
        for (var attempt = 0; attempt < 300; attempt++)
        {
            try
            {
                if ((await http.GetAsync(Admin("readyz"))).IsSuccessStatusCode)
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

    private static async Task WaitUntilLearnedAsync()
    {
        using var http = new HttpClient();
        var calm = 0;
        for (var second = 0; second < MostSeconds && calm < CalmSeconds; second++)
        {
            await Task.Delay(Second);
            calm += (await http.GetStringAsync(Admin("metrics"))).Contains("filternode_attack_state{service=\"shop\",state=\"calm\"} 1", StringComparison.Ordinal) ? 1 : 0;
        }

        if (calm < CalmSeconds)
        {
            throw new InvalidOperationException("the node does not find the service calm");
        }
    }

    private static Uri Admin(string path) => new($"http://{TwoNetworks.NodeAddress}:{AdminPort}/{path}");

    private static string Settings(EndPoint origin) => $$"""
        { "FilterNode": {
            "Listeners": [ { "Address": "[::]:{{Port}}" } ], "Admin": { "Address": "{{TwoNetworks.NodeAddress}}:{{AdminPort}}", "Tokens": [ "quality" ] },
            "Services": { "shop": { "Hosts": [ "*" ], "Origins": [ "{{origin}}" ],
              "Behavior": { "Mode": "On", "Floors": { "RequestsPerSecond": 300 } } } } } }
        """;

    private bool Write(TimeSpan onset, List<string> said)
    {
        var before = _good.Between(TimeSpan.Zero, onset);
        Console.WriteLine("| second of the attack | visitors' requests | answered | attack requests | answered |\n|---|---|---|---|---|");
        Console.WriteLine(FormattableString.Invariant($"| before, {onset.TotalSeconds:0} s | {before.Sent} | {before.Answered} | | |"));
        for (var second = 0; second < AttackSeconds; second++)
        {
            var (good, bad) = (In(_good, second, second + 1), In(_bad, second, second + 1));
            Console.WriteLine(FormattableString.Invariant($"| {second} | {good.Sent} | {good.Answered} | {bad.Sent} | {bad.Answered} |"));
        }

        lock (said)
        {
            Console.WriteLine(string.Join('\n', said));
        }

        if (_good.Failures() is { Length: > 0 } failures)
        {
            Console.WriteLine($"Visitors who were not answered: {failures}.");
        }

        var (visitors, late) = (_good.Between(TimeSpan.Zero, TimeSpan.MaxValue), In(_bad, StoppedFromSecond, AttackSeconds + 1));
        var stopped = 1 - ((double)late.Answered / Math.Max(1, late.Sent));
        var isMet = visitors.Answered == visitors.Sent && stopped >= StoppedPart;
        Console.WriteLine(FormattableString.Invariant(
            $"Of {visitors.Sent} requests of visitors {visitors.Answered} were answered; of the attack {100 * stopped:0.0##} % were stopped after {StoppedFromSecond} seconds: goal {(isMet ? "met" : "missed")}."));
        return isMet;

        (int Sent, int Answered) In(SocketLoad load, int first, int end) => load.Between(onset + (first * Second), onset + (end * Second));
    }
}
