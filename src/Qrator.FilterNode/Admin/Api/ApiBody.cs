using System.Text.Json;

namespace Qrator.FilterNode.Admin.Api;

/// <summary>The body of a call: JSON, or what is wrong with it.</summary>
internal sealed class ApiBody : IDisposable
{
    /// <summary>The longest body, in bytes.</summary>
    public const int Longest = 64 * 1024 * 1024;

    private static readonly JsonDocument Nothing = JsonDocument.Parse("null");

    private readonly JsonDocument? _document;

    private ApiBody(JsonDocument? document, string? problem) => (_document, Problem) = (document, problem);

    /// <summary>What is wrong, and what is right; null when the body is JSON.</summary>
    public string? Problem { get; }

    /// <summary>The body; null as JSON when something is wrong with it. Lives as long as this object.</summary>
    public JsonElement Json => (_document ?? Nothing).RootElement;

    /// <summary>Reads the whole body, up to the limit of the server.</summary>
    public static async Task<ApiBody> ReadAsync(HttpContext context)
    {
        using var bytes = new MemoryStream();
        try
        {
            await context.Request.Body.CopyToAsync(bytes, context.RequestAborted);
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return new(null, $"the body is too long; at most {Longest} bytes, in several calls if need be");
        }

        // Reading 100,000 entries takes longer than a thread may be kept that sockets of the node wait for.
        await Task.Yield();
        try
        {
            var document = JsonDocument.Parse(WithoutMark(bytes.GetBuffer().AsMemory(0, (int)bytes.Length)));
            return HasReadableNames(document.RootElement) ? new(document, null) : new(null, "the name of a member is not Unicode text");
        }
        catch (JsonException exception)
        {
            return new(null, $"the body is not JSON (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}); UTF-8 such as {{\"method\": \"ping\", \"params\": [], \"id\": 1}}");
        }
    }

    public void Dispose() => _document?.Dispose();

    // JSON can write half of a surrogate pair, which no string may hold.
    private static bool HasReadableNames(JsonElement body)
    {
        try
        {
            return body.ValueKind != JsonValueKind.Object || body.EnumerateObject().All(member => member.Name is not null);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> bytes) => bytes.Span.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
}
