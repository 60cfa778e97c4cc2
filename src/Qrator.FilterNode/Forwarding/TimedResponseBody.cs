using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;
using Qrator.FilterNode.Connections;
using Qrator.FilterNode.Http2;

namespace Qrator.FilterNode.Forwarding;

/// <summary>The client's side of a response, which tells the exchange whether the client or the origin is being waited for.</summary>
internal sealed class TimedResponseBody : Stream, IHttpResponseBodyFeature
{
    private readonly OriginExchange _exchange;
    private IHttpResponseBodyFeature? _inner;
    private Stream? _stream;
    private OwedStreams? _streams;

    public TimedResponseBody(OriginExchange exchange) => _exchange = exchange;

    public Stream Stream => this;

    public PipeWriter Writer => _inner!.Writer;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Takes the place of the response's body.</summary>
    public void Wrap(IFeatureCollection features)
    {
        _inner = features.Get<IHttpResponseBodyFeature>()!;
        _stream = _inner.Stream;
        _streams = features.Get<ConnectionFeature>()?.Streams;
        features.Set<IHttpResponseBodyFeature>(this);
    }

    /// <summary>Gives the place back, when it was taken.</summary>
    public void Unwrap(IFeatureCollection features)
    {
        if (_inner is not null)
        {
            features.Set(_inner);
            _inner = null;
            _stream = null;
            _streams = null;
        }
    }

    public void DisableBuffering() => _inner!.DisableBuffering();

    public Task StartAsync(CancellationToken cancellationToken = default) => _inner!.StartAsync(cancellationToken);

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        _inner!.SendFileAsync(path, offset, count, cancellationToken);

    public Task CompleteAsync() => _inner!.CompleteAsync();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _exchange.AwaitClient();
        return TakenAsync(_stream!.WriteAsync(buffer, cancellationToken));
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        _exchange.AwaitClient();
        return TakenAsync(new ValueTask(_stream!.FlushAsync(cancellationToken))).AsTask();
    }

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private ValueTask TakenAsync(ValueTask taking)
    {
        if (!taking.IsCompletedSuccessfully)
        {
            return Slowly(taking);
        }

        _exchange.AwaitOrigin();
        return taking;
    }

    private async ValueTask Slowly(ValueTask taking)
    {
        _streams?.Stalls();
        try
        {
            await taking;
        }
        finally
        {
            _streams?.GoesOn();
        }

        _exchange.AwaitOrigin();
    }
}
