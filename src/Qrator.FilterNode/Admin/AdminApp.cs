using System.Security.Cryptography;
using System.Text;
using Qrator.FilterNode.Admin.Api;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Metrics;

namespace Qrator.FilterNode.Admin;

/// <summary>What the admin listener answers.</summary>
internal sealed class AdminApp
{
    /// <summary>The header that a token comes in.</summary>
    public const string AuthHeader = "X-Qrator-Auth";

    private const string MetricsType = "text/plain; version=0.0.4; charset=utf-8";
    private const int Piece = 131_072;

    private readonly ConfigurationDoor _door;
    private readonly NodeMetrics _metrics;
    private readonly Readiness _readiness;
    private readonly ApiEndpoint _api;

    public AdminApp(ConfigurationDoor door, NodeMetrics metrics, Readiness readiness, ApiEndpoint api)
    {
        _door = door;
        _metrics = metrics;
        _readiness = readiness;
        _api = api;
    }

    public Task InvokeAsync(HttpContext context)
    {
        var path = context.Request.Path.Value;
        var reading = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        return path switch
        {
            "/metrics" when reading => AnswerMetricsAsync(context),
            "/healthz" when reading => Answer(context, 200, "text/plain", "ok\n"),
            "/readyz" when reading => _readiness.IsReady ? Answer(context, 200, "text/plain", "ready\n") : Answer(context, 503, "text/plain", "not ready\n"),
            "/metrics" or "/healthz" or "/readyz" => Refuse(context, "GET"),
            _ when !IsAuthorized(context) => Answer(context, 401, "text/plain", $"a token in the header {AuthHeader} is needed here\n"),
            "/openapi.json" => reading ? Answer(context, 200, "application/json", OpenApi.Text) : Refuse(context, "GET"),
            _ when ApiEndpoint.IsPath(path ?? "", out var service) =>
                HttpMethods.IsPost(context.Request.Method) ? _api.InvokeAsync(context, service) : Refuse(context, "POST"),
            _ => Answer(context, 404, "text/plain", "there is /metrics, /healthz, /readyz, /openapi.json and /request/service/{service}\n"),
        };
    }

    // In pieces, so that the server does not hold a copy of all of it.
    private async Task AnswerMetricsAsync(HttpContext context)
    {
        using var page = _metrics.Read();
        context.Response.ContentType = MetricsType;
        context.Response.ContentLength = page.Text.Length;
        for (var at = 0; at < page.Text.Length && !HttpMethods.IsHead(context.Request.Method); at += Piece)
        {
            await context.Response.Body.WriteAsync(page.Text.Slice(at, Math.Min(Piece, page.Text.Length - at)));
        }
    }

    // Every token is compared, each in constant time, so that the time taken tells nothing about any of them.
    private bool IsAuthorized(HttpContext context)
    {
        var given = SHA256.HashData(Encoding.UTF8.GetBytes(context.Request.Headers[AuthHeader].ToString()));
        var authorized = false;
        foreach (var token in _door.Current.Config.Admin.Tokens)
        {
            authorized |= CryptographicOperations.FixedTimeEquals(given, SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        }

        return authorized;
    }

    private static Task Refuse(HttpContext context, string only)
    {
        context.Response.Headers.Allow = only;
        return Answer(context, 405, "text/plain", $"only {only}\n");
    }

    private static Task Answer(HttpContext context, int status, string type, string text)
    {
        var body = Encoding.UTF8.GetBytes(text);
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(body).AsTask();
    }
}
