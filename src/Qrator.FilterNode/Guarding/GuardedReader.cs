using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Qrator.FilterNode.Statistics.Traffic;

namespace Qrator.FilterNode.Guarding;

/// <summary>A reader that shows what arrives to <see cref="Inspect"/> before it hands it on, without copying. Used by one reader at a time.</summary>
internal abstract class GuardedReader : PipeReader
{
    private volatile bool _waiting;
    private ReadOnlySequence<byte> _given;
    private SequencePosition? _withheldTo;
    private bool _holdsBack;
    private bool _ended;

    // What is given in place of the input's own bytes once it has ended.
    private ReadOnlySequence<byte> _last;

    protected GuardedReader(PipeReader input, ConnectionMeter meter)
    {
        Input = input;
        Meter = meter;
    }

    /// <summary>Whether bytes have come that the reader was not shown.</summary>
    public bool HasUnread => _holdsBack;

    /// <summary>Whether the reader waits for the client.</summary>
    public bool IsWaiting => _waiting;

    /// <summary>What it reads from.</summary>
    public PipeReader Input { get; }

    /// <summary>Hears of every byte once, when it is scanned or handed on unseen.</summary>
    protected ConnectionMeter Meter { get; }

    /// <summary>How many bytes of those that are not consumed were looked at already.</summary>
    protected long Scanned { get; private set; }

    /// <summary>Whether the last result held back bytes, was examined to its end, and yet nothing of it was consumed.</summary>
    protected bool IsStuck { get; private set; }

    public override bool TryRead(out ReadResult result)
    {
        if (_ended)
        {
            result = Last();
            return true;
        }

        if (!Input.TryRead(out result))
        {
            return false;
        }

        result = Inspect(result);
        return true;
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (_ended)
        {
            return new(Last());
        }

        var read = Input.ReadAsync(cancellationToken);
        return read.IsCompletedSuccessfully ? new(Inspect(read.Result)) : WaitAsync(read);
    }

    /// <summary>What comes next, before it was looked at: <see cref="Take"/> MUST follow. As <see cref="ReadAsync"/>, with one wait fewer between the client and the reader,
    /// for who does not read on behind what was refused.</summary>
    public ValueTask<ReadResult> ComesNextAsync()
    {
        _waiting = true;
        return Input.ReadAsync();
    }

    /// <summary>Takes what <see cref="ComesNextAsync"/> has brought.</summary>
    public ReadResult Take(in ReadResult next)
    {
        _waiting = false;
        return Inspect(next);
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_ended)
        {
            // Whoever has not looked at it yet may leave it to somebody else; nobody gets it twice.
            _last = examined.Equals(_last.Start) ? _last : default;
            return;
        }

        if (!_given.IsEmpty)
        {
            var read = _given.GetOffset(consumed) - _given.GetOffset(_given.Start);
            IsStuck = read == 0 && Scanned == _given.Length && _holdsBack && _given.GetOffset(examined) == _given.GetOffset(_given.End);
            Scanned -= read;
        }

        // What is withheld was looked at; only with more of it there is something to give.
        Input.AdvanceTo(consumed, _withheldTo is { } end && examined.Equals(_given.End) ? end : examined);
    }

    public override void CancelPendingRead() => Input.CancelPendingRead();

    public override void Complete(Exception? exception = null) => Input.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => Input.CompleteAsync(exception);

    /// <summary>What the reader gets to see of a read.</summary>
    protected abstract ReadResult Inspect(in ReadResult read);

    /// <summary>Looks at what is new in a buffer.</summary>
    /// <param name="bytes">Bytes that follow those of the last call.</param>
    /// <returns>How many it went through; fewer than all when it wants to see no more for now.</returns>
    protected abstract int Scan(ReadOnlySpan<byte> bytes);

    /// <summary>Scans what was not scanned yet.</summary>
    protected void ScanNew(in ReadOnlySequence<byte> buffer)
    {
        if (buffer.IsSingleSegment)
        {
            Note(Scan(buffer.FirstSpan[(int)Scanned..]));
            return;
        }

        foreach (var segment in buffer.Slice(Scanned))
        {
            var read = Scan(segment.Span);
            Note(read);
            if (read < segment.Length)
            {
                break;
            }
        }
    }

    /// <summary>Hands on the first bytes of a read.</summary>
    protected ReadResult Give(in ReadResult read, long length)
    {
        _withheldTo = null;
        _holdsBack = length < read.Buffer.Length;
        _given = _holdsBack ? read.Buffer.Slice(0, length) : read.Buffer;
        return _holdsBack ? new(_given, read.IsCanceled, isCompleted: false) : read;
    }

    /// <summary>Hands on the first bytes of a read, and no more before more has come than what there is.</summary>
    protected ReadResult Withhold(in ReadResult read, long length)
    {
        if (read.IsCompleted)
        {
            return Give(read, Scanned);
        }

        var result = Give(read, length);
        _withheldTo = read.Buffer.End;
        return result;
    }

    /// <summary>Hands on a whole read that is not looked at.</summary>
    protected ReadResult GiveUnseen(in ReadResult read)
    {
        Note(read.Buffer.Length - Scanned);
        return Give(read, read.Buffer.Length);
    }

    /// <summary>Hands on a last result in place of the read; afterwards there is nothing but the end.</summary>
    protected ReadResult End(in ReadResult read, in ReadOnlySequence<byte> last)
    {
        Input.AdvanceTo(read.Buffer.End);
        _ended = true;
        _last = last;
        return Last();
    }

    private ReadResult Last() => new(_last, isCanceled: false, isCompleted: _last.IsEmpty);

    private void Note(long bytes)
    {
        Scanned += bytes;
        Meter.Receive(bytes);
    }

    // A connection waits once a request or so; the pool gives back the same state again and again.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> WaitAsync(ValueTask<ReadResult> read)
    {
        _waiting = true;
        try
        {
            var result = await read.ConfigureAwait(false);
            return Inspect(result);
        }
        finally
        {
            _waiting = false;
        }
    }
}
