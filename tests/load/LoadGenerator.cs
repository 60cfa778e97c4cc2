using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Qrator.FilterNode.Load;

/// <summary>Runs wrk, or h2load for HTTP/2, and reads what they print.</summary>
internal static partial class LoadGenerator
{
    /// <summary>The requests answered, the seconds it took, p50 and p99 in milliseconds, and the errors.</summary>
    internal readonly record struct Result(double Requests, double Seconds, double P50, double P99, long Errors);

    public static Result Run(Scenario scenario, Uri address, int seconds, string folder) =>
        scenario.Http2 ? H2Load(scenario, address, seconds, folder) : Wrk(scenario, address, seconds, folder);

    private static Result Wrk(Scenario scenario, Uri address, int seconds, string folder)
    {
        List<string> arguments = ["-t", "2", "-c", Text(scenario.Connections), "-d", $"{seconds}s", "--latency"];
        if (scenario.Script is not null)
        {
            var script = Path.Combine(folder, scenario.Name + ".lua");
            File.WriteAllText(script, scenario.Script);
            arguments.AddRange(["-s", script]);
        }

        var output = Output("wrk", [.. arguments, address.ToString()]);
        var errors = Numbers(WrkErrors().Match(output)).Sum() + Numbers(WrkStatus().Match(output)).Sum();
        var total = WrkTotal().Match(output);
        if (scenario.IsRefused)
        {
            // Each is an error to wrk, which opens the next connection at once.
            return new(errors, Milliseconds(total.Groups[2].Value) / 1000, double.NaN, double.NaN, (long)Number(total.Groups[1].Value));
        }

        return new(Number(total.Groups[1].Value), Milliseconds(total.Groups[2].Value) / 1000, Milliseconds(WrkP50().Match(output).Groups[1].Value),
            Milliseconds(WrkP99().Match(output).Groups[1].Value), (long)errors);
    }

    private static Result H2Load(Scenario scenario, Uri address, int seconds, string folder)
    {
        var log = Path.Combine(folder, "h2load.log");
        File.Delete(log);
        var output = Output("h2load", ["-t", "2", "-c", Text(scenario.Connections), "-m", "1", "-D", Text(seconds), "--warm-up-time", "0", "--log-file", log, address.ToString()]);

        var answers = Answers.Read(log);
        return new(answers.Count, seconds, answers.Percentile(0.5), answers.Percentile(0.99), answers.Errors + (output.Contains("0 errored", StringComparison.Ordinal) ? 0 : 1));
    }

    /// <summary>So many requests a second over a few connections, whatever the proxy takes for them.</summary>
    public static Answers Steady(Uri address, int perSecond, int seconds, string folder, int connections)
    {
        var log = Path.Combine(folder, "steady.log");
        RunSteadily(address, perSecond, seconds, log, connections);
        return Answers.Read(log);
    }

    /// <summary>
    /// So many requests a second by as many programs as there are connections, each of which has begun at a moment of its own. One program for all of them sends
    /// the requests of all its connections at the same moment, and what takes longest is then the last of them.
    /// </summary>
    public static Answers Apart(Uri address, int perSecond, int seconds, string folder, int connections)
    {
        var logs = Enumerable.Range(0, connections).Select(i => Path.Combine(folder, $"apart-{i}.log")).ToList();
        Task.WaitAll(logs.Select(log => Task.Factory.StartNew(() => RunSteadily(address, perSecond / connections, seconds, log, connections: 1), TaskCreationOptions.LongRunning)));
        return Answers.Of(logs.ConvertAll(Answers.Read));
    }

    private static void RunSteadily(Uri address, int perSecond, int seconds, string log, int connections)
    {
        File.Delete(log);
        Output("h2load", ["--h1", "-t", "1", "-c", Text(connections), "--rps", Text(perSecond / connections), "-D", Text(seconds), "--warm-up-time", "0", "--log-file", log, address.ToString()]);
    }

    private static string Output(string program, IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} failed: {output}{errors.Result}");
    }

    // wrk writes 812.00us, 3.41ms, 1.02s, 1.00m.
    private static double Milliseconds(string text)
    {
        var digits = text.TrimEnd('u', 'm', 's');
        return Number(digits) * text[digits.Length..] switch { "us" => 0.001, "ms" => 1, "s" => 1000, "m" => 60_000, _ => double.NaN };
    }

    private static IEnumerable<double> Numbers(Match match) => match.Groups.Values.Skip(1).Where(group => group.Success).Select(group => Number(group.Value));

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(\d+) requests in ([\d.]+[a-z]+)")]
    private static partial Regex WrkTotal();

    [GeneratedRegex(@"^\s+50%\s+(\S+)", RegexOptions.Multiline)]
    private static partial Regex WrkP50();

    [GeneratedRegex(@"^\s+99%\s+(\S+)", RegexOptions.Multiline)]
    private static partial Regex WrkP99();

    [GeneratedRegex(@"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)")]
    private static partial Regex WrkErrors();

    [GeneratedRegex(@"Non-2xx or 3xx responses: (\d+)")]
    private static partial Regex WrkStatus();
}
