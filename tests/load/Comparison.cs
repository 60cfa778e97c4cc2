namespace Qrator.FilterNode.Load;

/// <summary>Runs scenarios against proxies in turn.</summary>
internal sealed class Comparison
{
    private const int SettleSeconds = 5;

    private readonly Options _options;
    private readonly string _folder;

    public Comparison(Options options, string folder)
    {
        _options = options;
        _folder = folder;
    }

    /// <summary>The proxies' measurements of one scenario, in rounds, each proxy once a round and each round beginning with another.</summary>
    public IReadOnlyDictionary<string, List<Measurement>> Run(Scenario scenario, Origin origin, string certificate)
    {
        var proxies = _options.Proxies.Select(name => Make(name, Path.Combine(_folder, scenario.Name, name))).ToList();
        var measured = proxies.ToDictionary(proxy => proxy.Name, _ => new List<Measurement>());
        try
        {
            foreach (var proxy in proxies)
            {
                proxy.Start(scenario, origin.Port, certificate);
                LoadGenerator.Run(scenario, proxy.Address(scenario), _options.WarmUpSeconds, _folder);
            }

            for (var round = 0; round < _options.Rounds; round++)
            {
                for (var i = 0; i < proxies.Count; i++)
                {
                    var proxy = proxies[(i + round) % proxies.Count];
                    measured[proxy.Name].Add(Measure(scenario, proxy));
                }
            }
        }
        finally
        {
            proxies.ForEach(proxy => proxy.Dispose());
        }

        return measured;
    }

    /// <summary>A proxy by its name.</summary>
    public Proxy Make(string name, string folder) => name switch
    {
        "node" => new NodeProxy(folder, _options.Node, _options.Countries),
        "node-kernel" => new NodeProxy(folder, _options.Node, _options.Countries, kernel: true),
        "nginx" => new NginxProxy(folder),
        "haproxy" => new HAProxyProxy(folder),
        _ => throw new ArgumentException($"no proxy is called {name}; there are node, nginx and haproxy"),
    };

    private Measurement Measure(Scenario scenario, Proxy proxy)
    {
        using var idle = IdleConnections.Open(proxy.Address(scenario), scenario.Idle);
        if (scenario.Idle > 0)
        {
            // What is measured is that they are there, not that they have come.
            LoadGenerator.Run(scenario, proxy.Address(scenario), SettleSeconds, _folder);
        }

        var before = ProcessUsage.CpuMicroseconds(proxy.Id);
        var load = LoadGenerator.Run(scenario, proxy.Address(scenario), _options.Seconds, _folder);
        var cpu = ProcessUsage.CpuMicroseconds(proxy.Id) - before;
        return new(load.Requests / load.Seconds, load.P50, load.P99, cpu / load.Requests, ProcessUsage.ResidentMegabytes(proxy.Id), load.Errors);
    }
}
