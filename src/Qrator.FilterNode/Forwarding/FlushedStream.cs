namespace Qrator.FilterNode.Forwarding;

/// <summary>A stream to write a request's body to, which flushes after every write and tells the exchange when the origin is slow to take it.</summary>
internal sealed class FlushedStream : Stream
{
    private readonly Stream _inner;
    private readonly OriginExchange _exchange;

    public FlushedStream(Stream inner, OriginExchange exchange)
    {
        _inner = inner;
        _exchange = exchange;
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _exchange.AwaitOrigin();
        await _inner.WriteAsync(buffer, cancellationToken);
        await _inner.FlushAsync(cancellationToken);
        _exchange.BodyTaken();
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => _inner.FlushAsync(cancellationToken);

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
