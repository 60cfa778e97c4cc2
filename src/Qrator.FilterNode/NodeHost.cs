using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Qrator.FilterNode.Admin;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Connections;
using Qrator.FilterNode.Demo;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Forwarding;
using Qrator.FilterNode.Logging;
using Qrator.FilterNode.Metrics;
using Qrator.FilterNode.Requests;
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
    private readonly ILoggerFactory _loggers;
    private readonly TimeProvider _time;
    private readonly NodeClock _clock;
    private readonly Readiness _readiness = new();
    private readonly FrameworkMeters _meters = new();
    private BadRequestCounter? _badRequests;

    public NodeHost(ConfigurationFiles files, ILoggerFactory loggers, TimeProvider time)
    {
        _loggers = loggers;
        _time = time;
        _clock = new(time);
        Store = new(new LogListJournal(loggers.CreateLogger<LogListJournal>()));
        Door = new(new(files, time), Store, _clock, loggers.CreateLogger<ConfigurationDoor>());
    }

    public ConfigurationDoor Door { get; }

    public NodeStore Store { get; }

    /// <summary>Where the public listeners listen, in the order of the configuration.</summary>
    public IReadOnlyList<Uri> Addresses { get; private set; } = [];

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
        if (config.DemoOrigin is { } demo)
        {
            var origin = AddServer(kestrel => kestrel.Listen(demo.Address.EndPoint));
            origin.Run(DemoOrigin.AnswerAsync);
            await origin.StartAsync();
        }

        var listeners = config.Listeners.Select(listener => new ListenerStore(listener.Address.ToString())).ToList();
        var admin = AddServer(kestrel => kestrel.Listen(config.Admin.Address.EndPoint));
        admin.Run(new AdminApp(Door, new(Door, Store, listeners, _meters), _readiness).InvokeAsync);
        await admin.StartAsync();
        AdminAddress = AddressesOf(admin)[0];

        _workers.Add(new StoreSweeper(Store, _clock, _time));
        var node = AddPublicServer(config, listeners);
        _meters.Start(node.Services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>());
        await node.StartAsync();
        Addresses = AddressesOf(node);
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

        _badRequests?.Dispose();
        _meters.Dispose();
        foreach (var server in Enumerable.Reverse(_servers))
        {
            await server.DisposeAsync();
        }
    }

    private WebApplication AddPublicServer(FilterNodeConfig config, IReadOnlyList<ListenerStore> listeners)
    {
        var slots = new ConnectionSlots(config.Limits.Connections);
        var node = AddServer(
            kestrel => PublicServer.Configure(kestrel, config.Listeners, listeners, slots, _time),
            services =>
            {
                services.AddHttpForwarder();
                services.AddSingleton(Door);
                services.AddSingleton(Store);
                services.AddSingleton(_clock);
                services.AddSingleton(_time);
                services.AddSingleton(new OriginClients(_time));
                services.Configure<Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets.SocketTransportOptions>(transport => transport.Backlog = 4096);
            });
        node.UseRequestPath();
        _badRequests = new(node.Services.GetRequiredService<System.Diagnostics.DiagnosticListener>(), Store);
        return node;
    }

    private WebApplication AddServer(
        Action<Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions> kestrel, Action<IServiceCollection>? services = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel);
        builder.Services.AddSingleton(_loggers);
        builder.Services.AddSingleton<IHostLifetime, NodeLifetime>();
        services?.Invoke(builder.Services);
        var server = builder.Build();
        _servers.Add(server);
        return server;
    }

    private static IReadOnlyList<Uri> AddressesOf(WebApplication server) =>
        [.. server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(address => new Uri(address))];
}
