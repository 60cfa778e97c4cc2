using System.Text.Json;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Lists;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Admin.Api;

/// <summary>
/// <c>POST /request/service/{service}</c>: one JSON call a request. The answer is 200 with <c>{"result", "error", "id"}</c>, also when the call is
/// wrong; then <c>error</c> is a sentence and nothing was done.
/// </summary>
internal sealed partial class ApiEndpoint
{
    private const string JsonType = "application/json";

    private static readonly string[] Prefixes = ["/request/service/", "/request/domain/"];

    private readonly ConfigurationDoor _door;
    private readonly NodeClock _clock;
    private readonly DecisionRing _decisions;
    private readonly ILogger _logger;

    public ApiEndpoint(ConfigurationDoor door, NodeClock clock, DecisionRing decisions, ILogger<ApiEndpoint> logger)
    {
        _door = door;
        _clock = clock;
        _decisions = decisions;
        _logger = logger;
    }

    /// <summary>Whether a path is one of the API's, and of which service.</summary>
    public static bool IsPath(string path, out string service)
    {
        var prefix = Prefixes.FirstOrDefault(prefix => path.StartsWith(prefix, StringComparison.Ordinal));
        service = prefix is null ? "" : path[prefix.Length..];
        return service.Length > 0 && !service.Contains('/', StringComparison.Ordinal);
    }

    /// <summary>Answers a call whose token is good.</summary>
    public async Task InvokeAsync(HttpContext context, string service)
    {
        try
        {
            using var body = await ApiBody.ReadAsync(context);
            await AnswerAsync(context, service, body);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The client is gone; nobody is there to be answered.
            context.Abort();
        }
    }

    private async Task AnswerAsync(HttpContext context, string service, ApiBody body)
    {
        var answer = body.Problem is { } problem ? ApiAnswer.Wrong(problem) : Run(service, body.Json);
        context.Response.ContentType = JsonType;
        await using var writer = new AnswerWriter(context.Response.BodyWriter, context.RequestAborted);
        writer.Json.WriteStartObject();
        writer.Json.WritePropertyName("result");
        if (answer.Error is null)
        {
            await answer.WriteAsync(writer);
        }
        else
        {
            writer.Json.WriteNullValue();
        }

        writer.Json.WriteString("error", answer.Error);
        writer.Json.WritePropertyName("id");
        writer.Json.WriteRawValue(ApiRequest.IdOf(body.Json), skipInputValidation: true);
        writer.Json.WriteEndObject();
        await writer.SendAsync();
    }

    private ApiAnswer Run(string serviceName, JsonElement body)
    {
        if (!ApiRequest.TryRead(body, out var request, out var problem))
        {
            return ApiAnswer.Wrong(problem);
        }

        var node = _door.Current;
        var service = node.Services.FirstOrDefault(service => string.Equals(service.Name, serviceName, StringComparison.OrdinalIgnoreCase));
        if (service is null)
        {
            return ApiAnswer.Wrong($"there is no service {ApiText.Shorten(serviceName)}; {KnownServices(node)}");
        }

        if (ApiMethods.Find(request.Method) is not { } method)
        {
            return ApiAnswer.Wrong($"there is no method \"{ApiText.Shorten(request.Method)}\"; {ApiMethods.Known}");
        }

        var answer = method.Run(new(node, service, request.Params, _clock, _decisions));
        if (method.Changes && answer.Error is null)
        {
            LogDone(method.Name, service.Name, request.Params.ValueKind == JsonValueKind.Array ? request.Params.GetArrayLength() : 0);
        }

        return answer;
    }

    private static string KnownServices(NodeSnapshot node)
    {
        const int Most = 20;
        var names = string.Join(", ", node.Services.Take(Most).Select(service => service.Name));
        return $"known: {names}{(node.Services.Count > Most ? $" and {node.Services.Count - Most} more" : "")}";
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "api: {Method} service={Service} params={Count}")]
    private partial void LogDone(string method, string service, int count);
}
