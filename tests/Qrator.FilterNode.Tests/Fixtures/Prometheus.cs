using System.Diagnostics;
using System.Text.Json;

namespace Qrator.FilterNode.Fixtures;

/// <summary>A real Prometheus server that scrapes one address every second.</summary>
public sealed class Prometheus : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;
    private readonly HttpClient _client;

    private Prometheus(Process process, string folder, Uri address)
    {
        _process = process;
        _folder = folder;
        _client = new() { BaseAddress = address };
    }

    /// <summary>Starts a server that scrapes the address, with the rules of the file, if one is given.</summary>
    public static async Task<Prometheus> StartAsync(Uri target, string? rules = null)
    {
        var folder = Directory.CreateTempSubdirectory("prometheus-").FullName;
        var port = FreePort.Next();
        await File.WriteAllTextAsync(Path.Combine(folder, "prometheus.yml"), $$"""
            global: { scrape_interval: 1s, evaluation_interval: 1s }
            rule_files: [ {{(rules is null ? "" : JsonSerializer.Serialize(rules))}} ]
            scrape_configs: [ { job_name: filternode, static_configs: [ { targets: [ "{{target.Authority}}" ] } ] } ]
            """);
        var process = Process.Start(new ProcessStartInfo(
            "prometheus",
            ["--config.file=prometheus.yml", "--storage.tsdb.path=data", $"--web.listen-address=127.0.0.1:{port}", "--log.level=error"])
        { WorkingDirectory = folder }) ?? throw new InvalidOperationException("prometheus does not start; apt-get install prometheus");
        var server = new Prometheus(process, folder, new($"http://127.0.0.1:{port}/"));
        await Eventually.Holds(server.IsReadyAsync, "Prometheus is ready");
        return server;
    }

    /// <summary>The values of the series that a PromQL expression gives now, by their labels.</summary>
    public async Task<IReadOnlyList<(JsonElement Labels, double Value)>> QueryAsync(string expression)
    {
        using var answer = JsonDocument.Parse(await _client.GetStringAsync($"api/v1/query?query={Uri.EscapeDataString(expression)}"));
        return
        [
            .. from series in answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray()
               let value = series.GetProperty("value")[1].GetString()!
               select (series.GetProperty("metric").Clone(), double.Parse(value, System.Globalization.CultureInfo.InvariantCulture)),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await _client.GetAsync("-/ready");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
