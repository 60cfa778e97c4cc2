using System.Buffers;
using System.Buffers.Text;

namespace Qrator.FilterNode.Forwarding.Http1;

/// <summary>
/// Sends the body of a request to an origin, each piece as it comes, while the response is waited for. What the origin does not want any more is read and
/// forgotten: a read cannot be given up, and a client that still sends would miss an answer whose connection is closed. Nobody else reads the body meanwhile.
/// </summary>
internal sealed class RequestBody
{
    // As long as Kestrel does the same for bodies that nobody reads.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private const int Piece = 32 << 10;

    // The longest size of a piece in hexadecimal digits, and the line ends of a chunk.
    private const int SizeDigits = 4;
    private const int Before = SizeDigits + 2;
    private const int After = 2;

    // What becomes of the body; the first of the two ends holds.
    private const int Sending = 0;
    private const int Sent = 1;
    private const int Forgotten = 2;

    private static readonly byte[] LastChunk = "0\r\n\r\n"u8.ToArray();

    private readonly OriginConnection _connection;
    private readonly OriginExchange _exchange;
    private readonly Task _sending;
    private int _state;

    /// <summary>Begins to send.</summary>
    public RequestBody(Stream body, RequestFraming framing, OriginConnection connection, OriginExchange exchange)
    {
        _connection = connection;
        _exchange = exchange;
        exchange.StartBody();
        _sending = SendAsync(body, framing == RequestFraming.Chunked);
    }

    /// <summary>Whether the whole body was sent.</summary>
    public bool IsSent => Volatile.Read(ref _state) == Sent;

    /// <summary>Why the client's side of the body could not be read to its end; null when it could, or was not asked to.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Sends no more. The connection to the origin MUST be of no more use, unless all was sent.</summary>
    /// <returns>Whether there may be a rest to be read; then <see cref="FinishAsync"/> MUST follow when the response is written.</returns>
    public bool Forget()
    {
        if (Interlocked.CompareExchange(ref _state, Forgotten, Sending) == Sending)
        {
            _connection.Abort();
        }

        return !_sending.IsCompleted;
    }

    /// <summary>Ends the response, and reads the rest of the body for 5 seconds at most; a client that sends for longer is cut.</summary>
    public async ValueTask FinishAsync(HttpContext context, TimeProvider time)
    {
        try
        {
            await context.Response.CompleteAsync();
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or InvalidOperationException)
        {
            // Cut already; the read ends by itself.
            context.Abort();
        }

        await using (time.CreateTimer(static context => ((HttpContext)context!).Abort(), context, Patience, Timeout.InfiniteTimeSpan))
        {
            await _sending;
        }
    }

    private bool IsForgotten => Volatile.Read(ref _state) == Forgotten;

    private async Task SendAsync(Stream body, bool isChunked)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Before + Piece + After);
        var turn = default(Turn);
        try
        {
            while (await ReadAsync(body, buffer.AsMemory(Before, Piece)) is var read and > 0)
            {
                if (!IsForgotten && !await TryWriteAsync(isChunked ? Chunk(buffer, read) : buffer.AsMemory(Before, read)))
                {
                    Interlocked.CompareExchange(ref _state, Forgotten, Sending);
                }

                if (turn.IsOver())
                {
                    await Task.Yield();
                }
            }

            if (Failure is null && !IsForgotten && (!isChunked || await TryWriteAsync(LastChunk)))
            {
                if (!_exchange.Answered)
                {
                    _exchange.AwaitOrigin();
                }

                Interlocked.CompareExchange(ref _state, Sent, Sending);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask<int> ReadAsync(Stream body, Memory<byte> buffer)
    {
        try
        {
            return await body.ReadAsync(buffer, CancellationToken.None);
        }
        catch (Exception exception)
        {
            if (!IsForgotten)
            {
                // Without the rest of the request there will be no answer that counts.
                Failure = exception;
                _connection.Abort();
            }

            return 0;
        }
    }

    // An origin that takes no more may have answered already, which the reader of the response will see.
    private async ValueTask<bool> TryWriteAsync(ReadOnlyMemory<byte> piece)
    {
        try
        {
            // Once the origin answers, it is for the reader of the response to say who is waited for.
            var watches = !_exchange.Answered;
            if (watches)
            {
                _exchange.AwaitOrigin();
            }

            await _connection.WriteAsync(piece, CancellationToken.None);
            if (watches)
            {
                _exchange.BodyTaken();
            }

            return true;
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            return false;
        }
    }

    private static Memory<byte> Chunk(byte[] buffer, int length)
    {
        // The size without leading zeros, right before its line end and the data.
        Utf8Formatter.TryFormat(length, buffer.AsSpan(0, SizeDigits), out _, new StandardFormat('x', SizeDigits));
        var start = buffer.AsSpan(0, SizeDigits).IndexOfAnyExcept((byte)'0');
        "\r\n"u8.CopyTo(buffer.AsSpan(SizeDigits));
        "\r\n"u8.CopyTo(buffer.AsSpan(Before + length));
        return buffer.AsMemory(start, Before - start + length + After);
    }
}
