using System.Buffers;

namespace Qrator.FilterNode.Requests;

/// <summary>What is left of a request body after the node has answered without it.</summary>
internal static class BodyRest
{
    private const int Piece = 16 << 10;

    // As long as Kestrel does the same on HTTP/1.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>
    /// On HTTP/2: ends the response, then reads and forgets the body for 5 seconds at most. Without this the stream would be reset right behind the
    /// response (RFC 9113, section 8.1), and there are clients that take the reset for a failure and lose the answer. On HTTP/1 Kestrel does it by itself.
    /// </summary>
    public static async Task DiscardAsync(HttpContext context, Stream body, TimeProvider time)
    {
        if (!HttpProtocol.IsHttp2(context.Request.Protocol) || context.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            await context.Response.CompleteAsync();
            using var patience = new CancellationTokenSource(Patience, time);
            int read;
            do
            {
                read = await body.ReadAsync(buffer, patience.Token);
            }
            while (read > 0);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The client went away, or has had its time; the answer is sent either way.
            return;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
