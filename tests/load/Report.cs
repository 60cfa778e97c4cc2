using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Qrator.FilterNode.Load;

/// <summary>The results as a Markdown table, as JSON and as a plot.</summary>
internal sealed class Report
{
    private readonly List<(Scenario Scenario, IReadOnlyDictionary<string, List<Measurement>> Measured)> _results = [];

    public void Add(Scenario scenario, IReadOnlyDictionary<string, List<Measurement>> measured) => _results.Add((scenario, measured));

    /// <summary>One line a scenario and proxy: medians over the rounds, and the smallest and largest ratio of CPU time within one round.</summary>
    public string Table()
    {
        var table = new StringBuilder("| load | proxy | requests/s | p50 ms | p99 ms | CPU µs/request | memory MB | CPU : nginx | CPU : HAProxy | errors |\n|---|---|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        foreach (var (scenario, measured) in _results)
        {
            foreach (var (proxy, rounds) in measured)
            {
                table.Append(CultureInfo.InvariantCulture,
                    $"| {scenario.Name} | {proxy} | {Median(rounds, m => m.RequestsPerSecond):F0} | {Latency(rounds, m => m.P50)} | {Latency(rounds, m => m.P99)} | {Median(rounds, m => m.CpuMicroseconds):F1} | {rounds[^1].ResidentMegabytes:F0} | {Ratio(measured, proxy, "nginx")} | {Ratio(measured, proxy, "haproxy")} | {rounds.Sum(m => m.Errors)} |\n");
            }
        }

        return table.ToString();
    }

    public string Json() => JsonSerializer.Serialize(
        _results.Select(result => new { load = result.Scenario.Name, proxies = result.Measured }),
        new JsonSerializerOptions
        {
            WriteIndented = true,
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
        });

    /// <summary>CPU time a request as bars.</summary>
    public string Plot()
    {
        const int BarHeight = 16;
        string[] colors = ["#1f6feb", "#3fb950", "#d29922"];
        var bars = new StringBuilder();
        var y = 30;
        foreach (var (scenario, measured) in _results)
        {
            bars.Append($"<text x=\"10\" y=\"{y + 12}\" font-weight=\"bold\">{scenario.Name}</text>\n");
            var widest = measured.Values.Max(rounds => Median(rounds, m => m.CpuMicroseconds));
            foreach (var ((proxy, rounds), i) in measured.Select((pair, i) => (pair, i)))
            {
                var cpu = Median(rounds, m => m.CpuMicroseconds);
                var width = (int)(480 * cpu / widest);
                bars.Append(CultureInfo.InvariantCulture, $"<rect x=\"190\" y=\"{y}\" width=\"{width}\" height=\"{BarHeight - 2}\" fill=\"{colors[i % colors.Length]}\"/><text x=\"130\" y=\"{y + 12}\">{proxy}</text><text x=\"{196 + width}\" y=\"{y + 12}\">{cpu:F1}</text>\n");
                y += BarHeight;
            }

            y += 10;
        }

        return $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"760\" height=\"{y + 10}\" font-family=\"sans-serif\" font-size=\"12\"><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/><text x=\"10\" y=\"18\" font-size=\"14\">CPU time of the proxy for one request, in microseconds (less is better)</text>\n{bars}</svg>\n";
    }

    // Of refused connections there is none.
    private static string Latency(IEnumerable<Measurement> rounds, Func<Measurement, double> value) =>
        Median(rounds, value) is var median && double.IsNaN(median) ? "" : median.ToString("F2", CultureInfo.InvariantCulture);

    private static double Median(IEnumerable<Measurement> rounds, Func<Measurement, double> value)
    {
        var sorted = rounds.Select(value).Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
    }

    private static string Ratio(IReadOnlyDictionary<string, List<Measurement>> measured, string proxy, string other)
    {
        if (proxy == other || !measured.TryGetValue(other, out var reference))
        {
            return "";
        }

        var ratios = measured[proxy].Zip(reference, (own, theirs) => own.CpuMicroseconds / theirs.CpuMicroseconds).ToList();
        return string.Create(CultureInfo.InvariantCulture, $"{ratios.Min():F2} to {ratios.Max():F2}");
    }
}
