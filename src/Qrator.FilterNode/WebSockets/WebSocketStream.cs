using System.Runtime.CompilerServices;
using Qrator.FilterNode.Forwarding;
using Qrator.FilterNode.Http2;

namespace Qrator.FilterNode.WebSockets;

/// <summary>
/// The client's side of a WebSocket, which tells the exchange what moves. It passes bytes on as they are until <see cref="EndAsync"/>: then the frame under way is finished, a close
/// frame with code 1001, going away, is sent (RFC 6455, section 7.4.1), and nothing more from the origin after it. The client answers with
/// a close frame of its own, which reaches the origin like all it sends, so that the origin ends its side too.
/// </summary>
internal sealed class WebSocketStream : Stream
{
    // Opcode 8 in a single frame, unmasked as all of a server's, two bytes: 1001.
    private static readonly byte[] GoingAway = [0x88, 0x02, 0x03, 0xE9];

    private readonly Stream _client;
    private readonly OriginExchange _exchange;
    private readonly OwedStreams? _streams;
    private readonly SemaphoreSlim _writing = new(1);
    private FrameBoundary _frames;
    private bool _ending;
    private bool _ended;

    /// <param name="client">The client's side.</param>
    /// <param name="exchange">Hears of what either side sends.</param>
    /// <param name="streams">Hears when the client is waited for; null on HTTP/1.</param>
    public WebSocketStream(Stream client, OriginExchange exchange, OwedStreams? streams)
    {
        _client = client;
        _exchange = exchange;
        _streams = streams;
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Ends the WebSocket at the next boundary of a frame; at once when it is at one. Never throws.</summary>
    public async Task EndAsync()
    {
        await _writing.WaitAsync();
        try
        {
            _ending = true;
            await EndAtBoundaryAsync(CancellationToken.None);
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException or OperationCanceledException)
        {
            // The client has gone, and the WebSocket with it.
            _ended = true;
        }
        finally
        {
            _writing.Release();
        }
    }

    // An idle WebSocket waits here.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await _client.ReadAsync(buffer, cancellationToken);
        _exchange.Moved();
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _exchange.Moved();
        await _writing.WaitAsync(cancellationToken);
        try
        {
            if (!_ending || _frames.HasClosed)
            {
                _frames.Pass(buffer.Span);
                await PassAsync(buffer, cancellationToken);
            }
            else if (!_ended)
            {
                var rest = _frames.PassToBoundary(buffer.Span);
                await _client.WriteAsync(buffer[..rest], cancellationToken);
                await EndAtBoundaryAsync(cancellationToken);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await _client.FlushAsync(cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override ValueTask DisposeAsync() => _client.DisposeAsync();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _client.Dispose();
        }

        base.Dispose(disposing);
    }

    private ValueTask PassAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var passing = _client.WriteAsync(bytes, cancellationToken);
        return passing.IsCompletedSuccessfully || _streams is null ? passing : WaitAsync(passing, _streams);
    }

    private static async ValueTask WaitAsync(ValueTask passing, OwedStreams streams)
    {
        streams.Stalls();
        try
        {
            await passing;
        }
        finally
        {
            streams.GoesOn();
        }
    }

    // The origin may have said goodbye itself; one close frame is all there may be.
    private async ValueTask EndAtBoundaryAsync(CancellationToken cancellationToken)
    {
        if (_frames.IsReached && !_frames.HasClosed && !_ended)
        {
            _ended = true;
            await _client.WriteAsync(GoingAway, cancellationToken);
            await _client.FlushAsync(cancellationToken);
        }
    }
}
