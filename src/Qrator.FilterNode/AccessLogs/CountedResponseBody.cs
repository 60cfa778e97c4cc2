using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace Qrator.FilterNode.AccessLogs;

/// <summary>The body of a response, which counts the bytes that are handed on to the server.</summary>
internal sealed class CountedResponseBody : Stream, IHttpResponseBodyFeature
{
    private readonly IHttpResponseBodyFeature _inner;
    private readonly Stream _stream;
    private long _written;

    /// <summary>Takes the place of the response's body.</summary>
    public CountedResponseBody(IFeatureCollection features)
    {
        _inner = features.Get<IHttpResponseBodyFeature>()!;
        _stream = _inner.Stream;
        features.Set<IHttpResponseBodyFeature>(this);
    }

    /// <summary>Bytes so far; without those that went through <see cref="Writer"/>, whose length the response's head tells.</summary>
    public long Written => Volatile.Read(ref _written);

    public Stream Stream => this;

    public PipeWriter Writer => _inner.Writer;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void DisableBuffering() => _inner.DisableBuffering();

    public Task StartAsync(CancellationToken cancellationToken = default) => _inner.StartAsync(cancellationToken);

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        _inner.SendFileAsync(path, offset, count, cancellationToken);

    public Task CompleteAsync() => _inner.CompleteAsync();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Interlocked.Add(ref _written, buffer.Length);
        return _stream.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => _stream.FlushAsync(cancellationToken);

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
