using System.Globalization;
using System.Text;

namespace Qrator.FilterNode.Load;

/// <summary>
/// How long a visitor waits, on a calm day and while ten times as many connections come from listed addresses: one proxy after the other, in rounds.
/// </summary>
internal sealed class AttackComparison
{
    private const int Visits = 400;
    private const int Attacks = 10 * Visits;

    private static readonly Scenario Scenario = new("attack", Filters.AttackersListed, "/1k");

    private readonly Options _options;
    private readonly string _folder;

    public AttackComparison(Options options, string folder)
    {
        _options = options;
        _folder = folder;
    }

    /// <summary>A table: medians over the rounds.</summary>
    public string Run(Origin origin)
    {
        var table = new StringBuilder();
        table.Append(CultureInfo.InvariantCulture, $"{Visits} requests a second of visitors, {Attacks} connections a second from 5,000 listed addresses; {_options.Rounds} rounds of {_options.Seconds} s each; medians\n\n");
        table.Append("| proxy | calm p50 ms | calm p99 ms | attack p50 ms | attack p99 ms | p99 : calm | CPU, share of a core, calm | under attack | attempts/s | visitors' errors |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        var comparison = new Comparison(_options, _folder);
        var rows = _options.Proxies.ToDictionary(name => name, _ => new List<double[]>());
        for (var round = 0; round < _options.Rounds; round++)
        {
            foreach (var name in _options.Proxies)
            {
                Console.Error.WriteLine($"{name}, round {round + 1} ...");
                using var proxy = comparison.Make(name, Path.Combine(_folder, $"{name}-{round}"));
                proxy.Start(Scenario, origin.Port, "");
                rows[name].Add(Measure(proxy));
            }
        }

        foreach (var (name, rounds) in rows)
        {
            var m = Enumerable.Range(0, rounds[0].Length).Select(i => rounds.Select(row => row[i]).Order().ElementAt(rounds.Count / 2)).ToArray();
            table.Append(CultureInfo.InvariantCulture, $"| {name} | {m[0]:F2} | {m[1]:F2} | {m[2]:F2} | {m[3]:F2} | {m[3] / m[1]:F2} | {m[4]:P0} | {m[5]:P0} | {m[6]:F0} | {rounds.Sum(row => row[7]):F0} |\n");
        }

        return table.ToString();
    }

    private double[] Measure(Proxy proxy)
    {
        var address = proxy.Address(Scenario);
        LoadGenerator.Steady(address, 4 * Visits, _options.WarmUpSeconds, _folder);
        var before = ProcessUsage.CpuMicroseconds(proxy.Id);
        var calm = LoadGenerator.Steady(address, Visits, _options.Seconds, _folder);
        var calmCpu = ProcessUsage.CpuMicroseconds(proxy.Id) - before;
        using var attack = Attack.Begin(address.Port, Attacks);

        // Until it is under way, and the clients that keep coming are known.
        LoadGenerator.Steady(address, Visits, 3, _folder);
        var made = attack.Made;
        before = ProcessUsage.CpuMicroseconds(proxy.Id);
        var attacked = LoadGenerator.Steady(address, Visits, _options.Seconds, _folder);
        var cpu = ProcessUsage.CpuMicroseconds(proxy.Id) - before;
        double Share(double microseconds) => microseconds / 1e6 / _options.Seconds;
        return [calm.P50, calm.P99, attacked.P50, attacked.P99, Share(calmCpu), Share(cpu), (attack.Made - made) / (double)_options.Seconds, calm.Errors + attacked.Errors];
    }
}
