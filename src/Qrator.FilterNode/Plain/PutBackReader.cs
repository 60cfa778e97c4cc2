using System.Buffers;
using System.IO.Pipelines;

namespace Qrator.FilterNode.Plain;

/// <summary>Reads again what was read already, then goes on with the input. Used by one reader at a time.</summary>
internal sealed class PutBackReader : PipeReader
{
    private readonly PipeReader _input;
    private ReadOnlySequence<byte> _putBack;
    private bool _isOver;
    private bool _isStuck;

    /// <param name="putBack">What is to be read again; not empty.</param>
    /// <param name="input">What follows.</param>
    public PutBackReader(byte[] putBack, PipeReader input)
    {
        _putBack = new(putBack);
        _input = input;
    }

    public override bool TryRead(out ReadResult result)
    {
        if (_isOver)
        {
            return _input.TryRead(out result);
        }

        result = new(_putBack, isCanceled: false, isCompleted: _isStuck);
        return true;
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        TryRead(out var result) ? new(result) : _input.ReadAsync(cancellationToken);

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_isOver)
        {
            _input.AdvanceTo(consumed, examined);
            return;
        }

        // Whoever wants more of what is whole gets the end instead.
        _isStuck = examined.Equals(_putBack.End);
        _putBack = _putBack.Slice(consumed);
        _isOver = _putBack.IsEmpty;
    }

    public override void CancelPendingRead() => _input.CancelPendingRead();

    public override void Complete(Exception? exception = null) => _input.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => _input.CompleteAsync(exception);
}
