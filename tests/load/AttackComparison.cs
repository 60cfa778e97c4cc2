using System.Globalization;
using System.Text;

namespace Qrator.FilterNode.Load;

/// <summary>
/// How long a visitor waits, on a calm day and while ten times as many connections come from listed addresses: one proxy after the other, in rounds.
/// </summary>
internal sealed class AttackComparison
{
    private const int Visitors = 16;
    private const int Visits = 25 * Visitors;
    private const int Attacks = 10 * Visits;

    private static readonly Scenario Scenario = new("attack", Filters.AttackersListed, "/1k");

    private readonly Options _options;
    private readonly string _folder;

    public AttackComparison(Options options, string folder)
    {
        _options = options;
        _folder = folder;
    }

    /// <summary>A table: medians over the rounds, of which some fall on a moment when the host is busy, and p99 from the smallest to the largest.</summary>
    public string Run(Origin origin)
    {
        var comparison = new Comparison(_options, _folder);
        var proxies = _options.Proxies.Select(name => (Name: name, Proxy: comparison.Make(name, Path.Combine(_folder, name)), Rounds: new List<Round>())).ToList();
        try
        {
            foreach (var (name, proxy, _) in proxies)
            {
                Console.Error.WriteLine($"{name}, warm-up ...");
                proxy.Start(Scenario, origin.Port, "");
                WarmUp(proxy);
            }

            for (var round = 0; round < _options.Rounds; round++)
            {
                for (var i = 0; i < proxies.Count; i++)
                {
                    var (name, proxy, rounds) = proxies[(i + round) % proxies.Count];
                    Console.Error.WriteLine($"{name}, round {round + 1} ...");
                    rounds.Add(Measure(proxy));
                }
            }
        }
        finally
        {
            proxies.ForEach(proxy => proxy.Proxy.Dispose());
        }

        return Table(proxies.Select(proxy => (proxy.Name, proxy.Rounds)));
    }

    private string Table(IEnumerable<(string Name, List<Round> Rounds)> proxies)
    {
        var table = new StringBuilder();
        table.Append(CultureInfo.InvariantCulture, $"{Visits} requests a second of {Visitors} visitors, {Attacks} connections a second from 5,000 listed addresses; {_options.Rounds} rounds of {_options.Seconds} s each\n\n");
        table.Append("| proxy | calm p50 ms | calm p99 ms | of the rounds | attack p50 ms | attack p99 ms | of the rounds | p99 : calm | share of a core, calm | under attack | attempts/s | visitors' errors |\n");
        table.Append("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        foreach (var (name, rounds) in proxies)
        {
            var (calm, attacked) = (Median(rounds, 0.99, round => round.Calm), Median(rounds, 0.99, round => round.Attacked));
            table.Append(CultureInfo.InvariantCulture, $"| {name} | {Median(rounds, 0.5, round => round.Calm):F2} | {calm:F2} | {Range(rounds, round => round.Calm)} ");
            table.Append(CultureInfo.InvariantCulture, $"| {Median(rounds, 0.5, round => round.Attacked):F2} | {attacked:F2} | {Range(rounds, round => round.Attacked)} | {attacked / calm:F2} ");
            table.Append(CultureInfo.InvariantCulture, $"| {rounds.Average(round => round.CalmShare):P1} | {rounds.Average(round => round.AttackedShare):P1} | {rounds.Average(round => round.Attempts):F0} ");
            table.Append(CultureInfo.InvariantCulture, $"| {rounds.Sum(round => round.Calm.Errors + round.Attacked.Errors)} |\n");
        }

        return table.ToString();
    }

    private static double Median(List<Round> rounds, double share, Func<Round, Answers> answers)
    {
        var sorted = rounds.Select(round => answers(round).Percentile(share)).Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    private static string Range(List<Round> rounds, Func<Round, Answers> answers)
    {
        var sorted = rounds.Select(round => answers(round).Percentile(0.99)).Order().ToList();
        return string.Create(CultureInfo.InvariantCulture, $"{sorted[0]:F2} to {sorted[^1]:F2}");
    }

    // An attack too, so that what turns attackers away is compiled.
    private void WarmUp(Proxy proxy)
    {
        var address = proxy.Address(Scenario);
        LoadGenerator.Apart(address, 4 * Visits, _options.WarmUpSeconds, _folder, Visitors);
        using var attack = Attack.Begin(address.Port, Attacks);
        LoadGenerator.Apart(address, Visits, _options.WarmUpSeconds, _folder, Visitors);
    }

    private Round Measure(Proxy proxy)
    {
        var address = proxy.Address(Scenario);
        var before = ProcessUsage.CpuMicroseconds(proxy.Id);
        var calm = LoadGenerator.Apart(address, Visits, _options.Seconds, _folder, Visitors);
        var calmCpu = ProcessUsage.CpuMicroseconds(proxy.Id) - before;
        using var attack = Attack.Begin(address.Port, Attacks);

        // Until it is under way, and the clients that keep coming are known.
        LoadGenerator.Apart(address, Visits, 3, _folder, Visitors);
        var made = attack.Made;
        before = ProcessUsage.CpuMicroseconds(proxy.Id);
        var attacked = LoadGenerator.Apart(address, Visits, _options.Seconds, _folder, Visitors);
        var cpu = ProcessUsage.CpuMicroseconds(proxy.Id) - before;
        double Share(double microseconds) => microseconds / 1e6 / _options.Seconds;
        return new(calm, attacked, Share(calmCpu), Share(cpu), (attack.Made - made) / (double)_options.Seconds);
    }

    private sealed record Round(Answers Calm, Answers Attacked, double CalmShare, double AttackedShare, double Attempts);
}
