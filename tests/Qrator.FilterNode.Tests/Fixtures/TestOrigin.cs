using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Qrator.FilterNode.Fixtures;

/// <summary>A web server that does what the test says.</summary>
public sealed class TestOrigin : IAsyncDisposable
{
    private readonly WebApplication _server;
    private int _requests;

    private TestOrigin(RequestDelegate answer, Action<ListenOptions> listen)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen);
            kestrel.Limits.MaxRequestBodySize = null;

            // Slow clients are for the node to notice.
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.RequestHeaderEncodingSelector = _ => System.Text.Encoding.Latin1;
            kestrel.ResponseHeaderEncodingSelector = _ => System.Text.Encoding.Latin1;
        });
        _server = builder.Build();
        _server.UseWebSockets();
        _server.Run(context =>
        {
            Interlocked.Increment(ref _requests);
            Agents.Enqueue(context.Request.Headers.UserAgent.ToString());
            return answer(context);
        });
    }

    public int Requests => Volatile.Read(ref _requests);

    public ConcurrentQueue<string> Agents { get; } = new();

    /// <summary>ip:port.</summary>
    public string Address { get; private set; } = "";

    public static Task<TestOrigin> StartAsync() => StartAsync(context => context.Response.WriteAsync("hello"));

    public static Task<TestOrigin> StartAsync(RequestDelegate answer) => StartAsync(answer, static _ => { });

    /// <summary>Starts a server that listens as the test says.</summary>
    public static async Task<TestOrigin> StartAsync(RequestDelegate answer, Action<ListenOptions> listen)
    {
        var origin = new TestOrigin(answer, listen);
        await origin._server.StartAsync();
        var address = origin._server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        origin.Address = new Uri(address).Authority;
        return origin;
    }

    public async ValueTask DisposeAsync()
    {
        using var hurry = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _server.StopAsync(hurry.Token);
        await _server.DisposeAsync();
    }
}
