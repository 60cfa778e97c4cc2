using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Qrator.FilterNode.Pages;
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
    /// <param name="status">The status code, one of <see cref="ErrorText.Statuses"/>.</param>
    /// <param name="outcome">How the request ends.</param>
    /// <param name="retryAfterSeconds">For Retry-After; 0 for none.</param>
    /// <param name="page">A page for this answer; null for the service's page of that status, or the node's own.</param>
    public static Task WriteAsync(
        HttpContext context, RequestFeature request, int status, Outcome outcome, int retryAfterSeconds = 0, PageTemplate? page = null)
    {
        request.Outcome = outcome;
        var response = context.Response;
        response.Headers.Clear();
        response.Headers.CacheControl = "no-store";
        if (retryAfterSeconds > 0)
        {
            response.Headers.RetryAfter = retryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        }

        // The rest of the body is not wanted, or cannot be found. On HTTP/2 the end of the stream says so.
        if (status is StatusCodes.Status413PayloadTooLarge or StatusCodes.Status400BadRequest && !HttpProtocol.IsHttp2(context.Request.Protocol))
        {
            response.Headers.Connection = "close";
        }

        return IsGrpc(context.Request) ? WriteGrpc(response, status)
            : WantsJson(context.Request) ? WriteProblemAsync(context, request, status)
            : WritePageAsync(context, request, status, page ?? request.Service?.ErrorPages.GetValueOrDefault(status) ?? QratorPage.Of(status));
    }

    /// <summary>Whether the client speaks gRPC (and not gRPC-Web).</summary>
    public static bool IsGrpc(HttpRequest request) =>
        request.ContentType is { } type && type.StartsWith(Grpc, StringComparison.OrdinalIgnoreCase) && !type.StartsWith("application/grpc-web", StringComparison.OrdinalIgnoreCase);

    // A gRPC client reads the status from the trailers-only form (gRPC over HTTP/2, "Responses"), whose HTTP status is 200.
    private static Task WriteGrpc(HttpResponse response, int status)
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = Grpc;
        response.Headers["grpc-status"] = ErrorText.GrpcStatus(status);
        response.Headers["grpc-message"] = Uri.EscapeDataString(ErrorText.Of(status).Title);
        return Task.CompletedTask;
    }

    // With the type "about:blank" the title is the phrase of the status code (RFC 9457, section 4.2.1).
    private static Task WriteProblemAsync(HttpContext context, RequestFeature request, int status)
    {
        var (title, advice) = ErrorText.Of(status);
        var body = JsonSerializer.SerializeToUtf8Bytes(new
        {
            type = "about:blank",
            title = ReasonPhrases.GetReasonPhrase(status),
            status,
            detail = $"{title}. {advice}",
            requestId = request.RequestId,
            time = request.Clock.UtcNow.UtcDateTime.ToString(ErrorPage.TimeFormat, CultureInfo.InvariantCulture),
        });
        return Begin(context, status, Problem, body.Length) ? context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask() : Task.CompletedTask;
    }

    private static Task WritePageAsync(HttpContext context, RequestFeature request, int status, PageTemplate page) =>
        Begin(context, status, Html, ErrorPage.Length(page))
            ? ErrorPage.WriteAsync(context.Response.BodyWriter, page, request.RequestId, request.Clock.UtcNow, context.RequestAborted)
            : Task.CompletedTask;

    /// <summary>Sets the headers; false when the body is to stay behind (HEAD).</summary>
    private static bool Begin(HttpContext context, int status, string type, int length)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.ContentLength = length;
        return !HttpMethods.IsHead(context.Request.Method);
    }

    // Browsers name text/html; a program that wants JSON names it and not HTML.
    private static bool WantsJson(HttpRequest request)
    {
        var accept = request.Headers.Accept.ToString();
        return accept.Contains("json", StringComparison.OrdinalIgnoreCase) && !accept.Contains("text/html", StringComparison.OrdinalIgnoreCase);
    }
}
