using System.IO.Pipelines;

namespace Qrator.FilterNode.Connections;

/// <summary>Knows how many bytes went through it. Used by one writer at a time; <see cref="Written"/> by any thread.</summary>
internal sealed class TalliedWriter : PipeWriter
{
    private readonly PipeWriter _output;
    private long _written;

    public TalliedWriter(PipeWriter output) => _output = output;

    /// <summary>The bytes written so far, flushed or not.</summary>
    public long Written => Volatile.Read(ref _written);

    public override bool CanGetUnflushedBytes => _output.CanGetUnflushedBytes;

    public override long UnflushedBytes => _output.UnflushedBytes;

    public override Memory<byte> GetMemory(int sizeHint = 0) => _output.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _output.GetSpan(sizeHint);

    public override void Advance(int bytes)
    {
        Volatile.Write(ref _written, _written + bytes);
        _output.Advance(bytes);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => _output.FlushAsync(cancellationToken);

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        Volatile.Write(ref _written, _written + source.Length);
        return _output.WriteAsync(source, cancellationToken);
    }

    public override void CancelPendingFlush() => _output.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => _output.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => _output.CompleteAsync(exception);
}
