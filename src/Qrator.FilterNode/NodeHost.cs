using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Qrator.FilterNode.AccessLogs;
using Qrator.FilterNode.Admin;
using Qrator.FilterNode.Admin.Api;
using Qrator.FilterNode.Behavior;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Connections;
using Qrator.FilterNode.Demo;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Forwarding;
using Qrator.FilterNode.Guarding;
using Qrator.FilterNode.Kernel;
using Qrator.FilterNode.Lists;
using Qrator.FilterNode.Logging;
using Qrator.FilterNode.Metrics;
using Qrator.FilterNode.Plain;
using Qrator.FilterNode.Requests;
using Qrator.FilterNode.SearchEngines;
using Qrator.FilterNode.State;
using Qrator.FilterNode.Telemetry;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode;

/// <summary>
/// One node from its first port to its last: the public server, the admin server, and the demo origin where it is configured, over one set
/// of stores and one configuration door.
/// </summary>
internal sealed class NodeHost : IAsyncDisposable
{
    private readonly List<WebApplication> _servers = [];
    private readonly List<IAsyncDisposable> _workers = [];
    private readonly ConfigurationFiles _files;
    private readonly StateQueue _stateQueue = new(StateQueue.ForAttack);
    private readonly ILoggerFactory _loggers;
    private readonly TimeProvider _time;
    private readonly NodeClock _clock;
    private readonly Readiness _readiness = new();
    private readonly FrameworkMeters _meters = new();
    private readonly DecisionRing _decisions = new();
    private readonly AccessLog _accessLog = new();
    private readonly RequestTraces _traces = new();
    private StateKeeper? _state;
    private StatisticsTicker? _statistics;
    private AccessLogWriter? _accessLogWriter;
    private IDisposable? _telemetry;
    private BadRequestCounter? _badRequests;

    public NodeHost(ConfigurationFiles files, ILoggerFactory loggers, TimeProvider time)
    {
        _files = files;
        _loggers = loggers;
        _time = time;
        _clock = new(time);
        Store = new(new ListJournals(new LogListJournal(loggers.CreateLogger<LogListJournal>(), time), _decisions, _stateQueue));
        Door = new(new(files, time), Store, _clock, loggers.CreateLogger<ConfigurationDoor>());
    }

    public ConfigurationDoor Door { get; }

    public NodeStore Store { get; }

    /// <summary>Where the public listeners listen, in the order of the configuration.</summary>
    public IReadOnlyList<Uri> Addresses { get; private set; } = [];

    /// <summary>The connections of visitors that may be open at once.</summary>
    public int MostConnections { get; private set; }

    /// <summary>Who may come in through the public listeners, in the order of the configuration.</summary>
    public IReadOnlyList<ListenerGate> Gates { get; private set; } = [];

    /// <summary>Where the admin listener listens.</summary>
    public Uri? AdminAddress { get; private set; }

    /// <summary>Reads the configuration and starts everything. Returns the mistakes; then nothing was bound.</summary>
    public async Task<IReadOnlyList<ConfigError>> StartAsync()
    {
        var errors = Door.TryApply();
        if (errors.Count > 0)
        {
            return errors;
        }

        var config = Door.Current.Config;
        StartSearchEngines();
        StartState(config.State);
        if (config.DemoOrigin is { } demo)
        {
            var origin = AddServer(kestrel => kestrel.Listen(demo.Address.EndPoint));
            origin.Run(DemoOrigin.AnswerAsync);
            await origin.StartAsync();
        }

        var listeners = config.Listeners.Select(listener => new ListenerStore(listener.Address.ToString())).ToList();
        var offers = new KernelOffers(listeners.Count);
        var kernel = new KernelStatus([.. listeners.Select(listener => listener.Name)]);
        var admin = AddServer(kestrel => AdminServer.Configure(kestrel, config.Admin.Address.EndPoint));
        var api = new ApiEndpoint(Door, _clock, _decisions, _loggers.CreateLogger<ApiEndpoint>());
        var metrics = new NodeMetrics(Door, Store, listeners, _meters, _clock, _accessLog.Status, _state?.Status, kernel);
        admin.Run(new AdminApp(Door, metrics, _readiness, api).InvokeAsync);
        await admin.StartAsync();
        AdminAddress = AddressesOf(admin)[0];

        AddWorker("the sweeper of the lists", StoreSweeper.Interval, new StoreSweeper(Store, _clock).Sweep);
        _statistics = new(Store, listeners, _clock);
        AddWorker("statistics", StatisticsTicker.Interval, _statistics.Tick);
        AddWorker("detection", BehaviorStore.TickInterval, new BehaviorTicker(Door, Store, _clock, _loggers.CreateLogger<BehaviorTicker>()).Tick);
        AddWorker("the summary of what is refused", RefusalSummary.Interval, new RefusalSummary(Store, listeners, _loggers.CreateLogger<RefusalSummary>()).Tell);
        _accessLogWriter = new(_accessLog, Door, _files.ContentRoot, _loggers.CreateLogger<AccessLogWriter>());
        AddWorker("the access log", AccessLogWriter.Interval, _accessLogWriter.Write);
        var node = AddPublicServer(config, listeners, offers);
        _meters.Start(node.Services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>());
        if (config.Telemetry is { } telemetry)
        {
            StartTelemetry(telemetry, metrics);
        }

        await node.StartAsync();
        Addresses = AddressesOf(node);
        _workers.Add(new KernelSet(
            new(Nft.InPath, _time), Door, KernelListener.All(listeners, Addresses), offers, kernel, _clock, _time, _loggers.CreateLogger<KernelSet>()));
        _readiness.IsReady = true;
        var watcher = new ConfigurationWatcher(Door, _time);
        _workers.Add(watcher);
        watcher.Start();
        return [];
    }

    /// <summary>Stops taking connections, lets requests finish for as long as the token allows, and stops.</summary>
    public async Task StopAsync(CancellationToken hurry)
    {
        _readiness.IsReady = false;
        foreach (var server in Enumerable.Reverse(_servers))
        {
            await server.StopAsync(hurry);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers)
        {
            await worker.DisposeAsync();
        }

        _statistics?.Close();
        _accessLogWriter?.Write();
        _telemetry?.Dispose();
        _traces.Dispose();
        if (_state is not null)
        {
            await _state.DisposeAsync();
        }

        _badRequests?.Dispose();
        _meters.Dispose();
        foreach (var server in Enumerable.Reverse(_servers))
        {
            await server.DisposeAsync();
        }
    }

    private void StartSearchEngines()
    {
        var server = ResolvConf.FirstServer();
        SearchEnginesConfig Config() => Door.Current.Config.Behavior.SearchEngines;
        var directory = new SearchEngineDirectory(new UdpNameLookup(() => Config().Resolver?.EndPoint ?? server, _time), () => Config().Names, _clock);
        _workers.Add(directory);
        Store.SearchEngines = directory;
        foreach (var service in Store.Services)
        {
            service.Behavior.SearchEngines = directory;
        }
    }

    // Before anything listens: nobody gets past a list that is not there yet.
    private void StartState(StateConfig config)
    {
        if (config.Database is { } database)
        {
            var file = new StateFile(Path.Combine(_files.ContentRoot, database), _time);
            _state = new(file, _stateQueue, Store, _clock, _time, _loggers.CreateLogger<StateKeeper>());
            _state.Start();
        }
    }

    // A method of its own, so that nothing of OpenTelemetry is loaded where it is not configured.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void StartTelemetry(TelemetryConfig config, NodeMetrics metrics) => _telemetry = new NodeTelemetry(config, _traces, metrics, _clock);

    private WebApplication AddPublicServer(FilterNodeConfig config, IReadOnlyList<ListenerStore> listeners, KernelOffers offers)
    {
        MostConnections = DescriptorBound.Of(config.Limits.Connections);
        var slots = new ConnectionSlots(MostConnections);
        var clients = new ClientSlots();
        Gates = [.. listeners.Select((store, i) => new ListenerGate(Door, _clock, slots, clients, offers, store, i))];
        var offenders = new Offenders(Door, _clock, listeners);
        var node = AddServer(
            kestrel => PublicServer.Configure(kestrel, config.Listeners, Gates, Door),
            services =>
            {
                services.AddHttpForwarder();
                services.AddSingleton(Door);
                services.AddSingleton(Store);
                services.AddSingleton(_clock);
                services.AddSingleton(offenders);
                services.AddSingleton(_accessLog);
                services.AddSingleton(_traces);
                services.AddSingleton(_time);
                services.AddSingleton(new OriginClients(_clock, _time));
                services.AddSingleton(new OriginExchanges(_clock, _time));
                services.AddSingleton(new OriginProof(_clock, _time));
                services.AddSingleton<OriginTurns>();
                services.AddSingleton<RequestEndings>();
                services.AddSingleton<PlainPath>();
                services.AddSingleton(Gates);
                services.AddSingleton<Receptions>();
                services.AddSingleton<Microsoft.AspNetCore.Connections.IConnectionListenerFactory, NodeListenerFactory>();
            });
        node.UseRequestPath();
        AddWorker("the sweeper of idle connections", IdleSweeper.Interval, new IdleSweeper(Gates, _clock).Sweep);
        AddWorker("the sweeper of slow clients", SlowPeerSweeper.Interval, new SlowPeerSweeper(listeners, offenders, _clock).Sweep);
        _badRequests = new(node.Services.GetRequiredService<System.Diagnostics.DiagnosticListener>(), Store, offenders);
        return node;
    }

    private void AddWorker(string name, TimeSpan interval, Action work) =>
        _workers.Add(new PeriodicWorker(name, interval, work, _time, _loggers.CreateLogger<PeriodicWorker>()));

    private WebApplication AddServer(
        Action<Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions> kestrel, Action<IServiceCollection>? services = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel);
        builder.Services.AddSingleton(_loggers);
        builder.Services.AddSingleton<IHostLifetime, NodeLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        services?.Invoke(builder.Services);
        var server = builder.Build();
        _servers.Add(server);
        return server;
    }

    private static IReadOnlyList<Uri> AddressesOf(WebApplication server) =>
        [.. server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(address => new Uri(address))];
}
