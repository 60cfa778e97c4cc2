using System.IO.Pipelines;

namespace Qrator.FilterNode.Guarding;

/// <summary>Tells the guard of an HTTP/2 connection how much each flush sends. Used by one writer at a time.</summary>
internal sealed class CountedWriter : PipeWriter
{
    private readonly PipeWriter _output;
    private readonly Http2Guard _guard;
    private long _unsent;

    public CountedWriter(PipeWriter output, Http2Guard guard)
    {
        _output = output;
        _guard = guard;
    }

    public override bool CanGetUnflushedBytes => _output.CanGetUnflushedBytes;

    public override long UnflushedBytes => _output.UnflushedBytes;

    public override Memory<byte> GetMemory(int sizeHint = 0) => _output.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _output.GetSpan(sizeHint);

    public override void Advance(int bytes)
    {
        _unsent += bytes;
        _output.Advance(bytes);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        _guard.Sent(_unsent);
        _unsent = 0;
        return _output.FlushAsync(cancellationToken);
    }

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        _guard.Sent(_unsent + source.Length);
        _unsent = 0;
        return _output.WriteAsync(source, cancellationToken);
    }

    public override void CancelPendingFlush() => _output.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => _output.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => _output.CompleteAsync(exception);
}
