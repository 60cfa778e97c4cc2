using System.IO.Pipelines;
using Qrator.FilterNode.Statistics.Traffic;

namespace Qrator.FilterNode.Guarding;

/// <summary>Tells the meter of a connection how much each flush sends, and the guard, where it is HTTP/2, what that is. Used by one writer at a time.</summary>
internal sealed class CountedWriter : PipeWriter
{
    private readonly PipeWriter _output;
    private readonly ConnectionMeter _meter;
    private readonly Http2Guard? _guard;
    private Memory<byte> _given;
    private long _unsent;

    public CountedWriter(PipeWriter output, ConnectionMeter meter, Http2Guard? guard = null)
    {
        _output = output;
        _meter = meter;
        _guard = guard;
    }

    public override bool CanGetUnflushedBytes => _output.CanGetUnflushedBytes;

    public override long UnflushedBytes => _output.UnflushedBytes;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        var given = _output.GetMemory(sizeHint);
        if (_guard is not null)
        {
            _given = given;
        }

        return given;
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => _guard is null ? _output.GetSpan(sizeHint) : GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        if (_guard is not null)
        {
            _guard.Writes(_given.Span[..bytes]);
            _given = _given[bytes..];
        }

        _unsent += bytes;
        _output.Advance(bytes);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        Sent(_unsent);
        return _output.FlushAsync(cancellationToken);
    }

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        _guard?.Writes(source.Span);
        Sent(_unsent + source.Length);
        return _output.WriteAsync(source, cancellationToken);
    }

    public override void CancelPendingFlush() => _output.CancelPendingFlush();

    public override void Complete(Exception? exception = null)
    {
        Sent(_unsent);
        _output.Complete(exception);
    }

    public override ValueTask CompleteAsync(Exception? exception = null)
    {
        Sent(_unsent);
        return _output.CompleteAsync(exception);
    }

    private void Sent(long bytes)
    {
        _unsent = 0;
        _meter.Send(bytes);
        _guard?.Sent(bytes);
    }
}
