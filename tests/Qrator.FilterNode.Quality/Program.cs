using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Qrator.FilterNode.Behavior;
using Qrator.FilterNode.Quality;
using Qrator.FilterNode.Quality.Sockets;

// --quick: one site, half the warm-up, no curve. --seed N: the random parameters again. --only TEXT: the cases whose name has it.
// --no-header-order: the order of headers is not known, as with HTTP/2.
// --curve: the main threshold at other values too. --json FILE: the results with their logs. --verbose: the logs on the console.
// --sockets DLL: some two minutes with real sockets against the node of this file, in networks of its own, and nothing else; needs root.
string? Value(string name) => args.SkipWhile(arg => arg != name).Skip(1).FirstOrDefault();
var quick = args.Contains("--quick");
var seed = Value("--seed") is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : Random.Shared.Next(1, 1_000_000);
var clock = Stopwatch.StartNew();
if (Value("--sockets") is { } node)
{
    using var end = new CancellationTokenSource(TimeSpan.FromMinutes(6));
    void End(PosixSignalContext signal)
    {
        signal.Cancel = true;
        end.Cancel();
    }

    using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
    using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
    await using var networks = await TwoNetworks.CreateAsync();
    return await networks.RunLoadAsync(end.Token, "dotnet", Environment.GetCommandLineArgs()[0], "--load", Path.GetFullPath(node), networks.Node);
}

if (args is ["--load", var dll, var network])
{
    return await new SocketRun(dll, network).RunAsync() ? 0 : 1;
}

var bench = new Bench(seed, TimeSpan.FromMinutes(quick ? 30 : 60), Path.Combine(AppContext.BaseDirectory, "Data", "access-sample.log"), !args.Contains("--no-header-order"));

IReadOnlyList<CaseResult> Run(BehaviorTuning tuning, Func<string, bool> chosen)
{
    var cases = bench.Cases(tuning, quick).Where(c => chosen(c.Name)).ToList();
    var results = new CaseResult[cases.Count];
    Parallel.For(0, cases.Count, new ParallelOptions { MaxDegreeOfParallelism = 2 }, i =>
    {
        results[i] = cases[i].Run();
        Console.Error.WriteLine($"{clock.Elapsed:mm\\:ss} {cases[i].Name}");
    });
    return results;
}

Console.WriteLine(FormattableString.Invariant($"Seed {seed}{(quick ? ", quick" : "")}.\n"));
var results = Run(new(), name => Value("--only") is not { } only || only.Split(';').Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase)));
Console.WriteLine(ResultTable.Of(results));
if (args.Contains("--verbose"))
{
    foreach (var result in results)
    {
        Console.WriteLine($"{result.Case} ({result.Background})\n  {string.Join("\n  ", result.Log.Concat(result.Mistakes))}");
    }
}

if (args.Contains("--curve"))
{
    Console.WriteLine("| evidence, as one in | stopped after 5 s, mean | worst honest clients listed | of no attack |\n|---|---|---|---|");
    foreach (var oneIn in new[] { 30, 100, 1_000, 10_000, 100_000 })
    {
        var point = Run(new() { Evidence = Math.Log(oneIn) }, name => name.Contains("(shop)", StringComparison.Ordinal));
        var attacks = point.Where(result => result.Kind == "attack").ToList();
        Console.WriteLine(FormattableString.Invariant($"| {oneIn} | {100 * attacks.Average(result => result.StoppedAfter5 ?? 0):0.00} % | {100 * attacks.Max(result => result.HonestListedPart):0.###} % | {point.Where(result => result.Kind != "attack").Sum(result => result.HonestListed)} |"));
    }
}

if (Value("--json") is { } file)
{
    File.WriteAllText(file, JsonSerializer.Serialize(new { Seed = seed, Results = results }, new JsonSerializerOptions { WriteIndented = true }));
}

Console.Error.WriteLine(FormattableString.Invariant($"{clock.Elapsed.TotalSeconds:0} s"));
return 0;
