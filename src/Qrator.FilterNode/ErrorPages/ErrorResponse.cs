using System.Globalization;
using System.Text;
using System.Text.Json;
using Qrator.FilterNode.Requests;
using Qrator.FilterNode.Statistics;

namespace Qrator.FilterNode.ErrorPages;

/// <summary>Writes the answers that the node gives itself, in the kind that the client speaks: HTML, problem details (RFC 9457) or gRPC.</summary>
internal static class ErrorResponse
{
    private const string Html = "text/html; charset=utf-8";
    private const string Problem = "application/problem+json";
    private const string Grpc = "application/grpc";

    /// <summary>Answers the request, which MUST NOT have an answer yet.</summary>
    /// <param name="context">The request.</param>
    /// <param name="request">Its state.</param>
    /// <param name="status">The status code.</param>
    /// <param name="outcome">How the request ends.</param>
    /// <param name="retryAfterSeconds">For Retry-After; 0 for none.</param>
    public static Task WriteAsync(HttpContext context, RequestFeature request, int status, Outcome outcome, int retryAfterSeconds = 0)
    {
        request.Outcome = outcome;
        var response = context.Response;
        response.Headers.Clear();
        response.Headers.CacheControl = "no-store";
        if (retryAfterSeconds > 0)
        {
            response.Headers.RetryAfter = retryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        }

        return IsGrpc(context.Request) ? WriteGrpc(response, status) : WriteBodyAsync(context, request, status);
    }

    // A gRPC client reads the status from the trailers-only form (gRPC over HTTP/2, "Responses"), whose HTTP status is 200.
    private static Task WriteGrpc(HttpResponse response, int status)
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = Grpc;
        response.Headers["grpc-status"] = ErrorText.GrpcStatus(status);
        response.Headers["grpc-message"] = Uri.EscapeDataString(ErrorText.Of(status).Title);
        return Task.CompletedTask;
    }

    private static Task WriteBodyAsync(HttpContext context, RequestFeature request, int status)
    {
        var response = context.Response;
        var json = WantsJson(context.Request);
        var text = json ? ProblemDetails(status, request.RequestId) : QratorPage.Html(status, request.RequestId, request.Clock.UtcNow);
        var body = Encoding.UTF8.GetBytes(text);
        response.StatusCode = status;
        response.ContentType = json ? Problem : Html;
        response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    private static string ProblemDetails(int status, string requestId)
    {
        var (title, advice) = ErrorText.Of(status);
        return JsonSerializer.Serialize(new { type = "about:blank", title, status, detail = advice, requestId });
    }

    private static bool IsGrpc(HttpRequest request) =>
        request.ContentType is { } type && type.StartsWith(Grpc, StringComparison.OrdinalIgnoreCase) && !type.StartsWith("application/grpc-web", StringComparison.OrdinalIgnoreCase);

    // Browsers name text/html; a program that wants JSON names it and not HTML.
    private static bool WantsJson(HttpRequest request)
    {
        var accept = request.Headers.Accept.ToString();
        return accept.Contains("json", StringComparison.OrdinalIgnoreCase) && !accept.Contains("text/html", StringComparison.OrdinalIgnoreCase);
    }
}
