using Qrator.FilterNode.Bodies;

namespace Qrator.FilterNode.Requests;

/// <summary>
/// A request body of unknown length, to be read. Each piece is taken from the budget before the reader gets it; the piece that does not fit is kept back, and
/// reading ends with a <see cref="BodyLimitException"/>.
/// </summary>
internal sealed class MeteredBody : Stream
{
    private readonly Stream _inner;
    private readonly BodyLease _lease;
    private readonly RequestFeature _request;

    public MeteredBody(Stream inner, BodyLease lease, RequestFeature request)
    {
        _inner = inner;
        _lease = lease;
        _request = request;
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await _inner.ReadAsync(buffer, cancellationToken);
        if (_lease.TryTake(read))
        {
            return read;
        }

        _request.BodyOverLimit = true;
        throw new BodyLimitException();
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
