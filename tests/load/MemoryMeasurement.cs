using System.Globalization;

namespace Qrator.FilterNode.Load;

/// <summary>What proxies keep resident: as they start, after load, with 10,000 idle connections, and the node with a million listed clients and over an hour.</summary>
internal sealed class MemoryMeasurement
{
    private const int Idle = 10_000;
    private const int Starts = 3;
    private const int WarmUps = 20;
    private const int SettleSeconds = 5;
    private const int PerSecond = 1_000;
    private const int Connections = 40;
    private const int MinutesARow = 5;

    private static readonly Scenario Plain = new("memory", Filters.None, "/1k");

    private readonly Options _options;
    private readonly string _folder;
    private readonly TextWriter _output;
    private int _started;

    /// <param name="options">The command line.</param>
    /// <param name="folder">For files that are needed meanwhile.</param>
    /// <param name="output">Gets each row as soon as it is known.</param>
    public MemoryMeasurement(Options options, string folder, TextWriter output)
    {
        _options = options;
        _folder = folder;
        _output = output;
    }

    /// <summary>Measures one proxy after the other, each freshly started, then the node under load for as long as was asked for.</summary>
    public void Run(Origin origin)
    {
        Row($"{Starts} starts each; {Idle} connections with one request each behind them; resident megabytes of the proxy's processes");
        Row($"");
        Row($"| proxy | at start | after {WarmUps * IdleConnections.Addresses} connections | with {Idle} idle ones | KB a connection | after {_options.WarmUpSeconds} s of load |");
        Row($"|---|--:|--:|--:|--:|--:|");
        foreach (var name in _options.Proxies)
        {
            for (var start = 0; start < Starts; start++)
            {
                IdleRow(name, origin);
            }
        }

        if (_options.Proxies.Contains("node"))
        {
            ListedRow(origin);
            Hour(origin);
        }
    }

    private void IdleRow(string name, Origin origin)
    {
        using var proxy = Start(name, Plain, origin);
        var address = proxy.Address(Plain);
        var start = Resident(proxy);

        // What is compiled and what is known of clients is there before, so that what is counted is connections.
        for (var i = 0; i < WarmUps; i++)
        {
            IdleConnections.Open(address, IdleConnections.Addresses).Dispose();
        }

        var before = Settled(proxy);
        double resident;
        using (IdleConnections.Open(address, Idle))
        {
            resident = Settled(proxy);
        }

        LoadGenerator.Run(Plain, address, _options.WarmUpSeconds, _folder);
        Row($"| {name} | {start:F0} | {before:F0} | {resident:F0} | {(resident - before) * 1024 / Idle:F2} | {Resident(proxy):F0} |");
    }

    private void ListedRow(Origin origin)
    {
        var scenario = Plain with { Name = "everything", Filters = Filters.Everything };
        using var proxy = Start("node", scenario, origin);
        Row($"");
        Row($"The node with a million clients listed through its API and 100 rules: {Settled(proxy):F0} MB.");
    }

    private void Hour(Origin origin)
    {
        using var proxy = Start("node", Plain, origin);
        Row($"");
        Row($"The node under {PerSecond} requests a second over {Connections} connections, which are opened anew each minute: {Resident(proxy):F0} MB at the start.");
        Row($"");
        Row($"| minutes | requests answered | errors | resident MB | p99 ms, median of the minutes |");
        Row($"|--:|--:|--:|--:|--:|");
        var (requests, errors) = (0L, 0L);
        var slowest = new List<double>();
        for (var minute = 1; minute <= _options.Minutes; minute++)
        {
            var load = LoadGenerator.Steady(proxy.Address(Plain), PerSecond, 60, _folder, Connections);
            (requests, errors) = (requests + load.Count, errors + load.Errors);
            slowest.Add(load.Percentile(0.99));
            if (minute % MinutesARow == 0 || minute == 1 || minute == _options.Minutes)
            {
                Row($"| {minute} | {requests} | {errors} | {Resident(proxy):F0} | {slowest.Order().ElementAt(slowest.Count / 2):F2} |");
                slowest.Clear();
            }
        }
    }

    private Proxy Start(string name, Scenario scenario, Origin origin)
    {
        var proxy = new Comparison(_options, _folder).Make(name, Path.Combine(_folder, $"{name}-{_started++}"));
        proxy.Start(scenario, origin.Port, "");
        return proxy;
    }

    private static double Settled(Proxy proxy)
    {
        Thread.Sleep(TimeSpan.FromSeconds(SettleSeconds));
        return Resident(proxy);
    }

    private static double Resident(Proxy proxy) => ProcessUsage.ResidentMegabytes(proxy.Id);

    private void Row(FormattableString text)
    {
        _output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
        _output.Flush();
    }
}
