using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Qrator.FilterNode.Tls;

namespace Qrator.FilterNode.Connections;

/// <summary>
/// The bytes of a connection on their way to TLS, with a ClientHello that comes in several records made one: .NET reads the server name
/// from the first record alone. Everything else passes as it is. The wait for it is part of the handshake and bounded with it. Used by one reader at a time.
/// </summary>
internal sealed class ClientHelloPipe : PipeReader, IDuplexPipe
{
    private readonly PipeReader _input;
    private HelloRecords _records;
    private bool _isPast;
    private ReadOnlySequence<byte> _joined;

    public ClientHelloPipe(PipeReader input, PipeWriter output)
    {
        _input = input;
        Output = output;
    }

    public PipeReader Input => this;

    public PipeWriter Output { get; }

    public override bool TryRead(out ReadResult result)
    {
        if (_isPast && _joined.IsEmpty)
        {
            return _input.TryRead(out result);
        }

        result = Joined;
        return _isPast;
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        !_isPast ? ReadHelloAsync(cancellationToken)
        : _joined.IsEmpty ? _input.ReadAsync(cancellationToken)
        : new(Joined);

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_joined.IsEmpty)
        {
            _input.AdvanceTo(consumed, examined);
        }
        else
        {
            _joined = _joined.Slice(consumed);
        }
    }

    public override void CancelPendingRead() => _input.CancelPendingRead();

    public override void Complete(Exception? exception = null) => _input.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => _input.CompleteAsync(exception);

    private ReadResult Joined => new(_joined, isCanceled: false, isCompleted: false);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> ReadHelloAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await _input.ReadAsync(cancellationToken);
            var shape = _records.Look(read.Buffer);
            if (shape == HelloShape.Incomplete && !read.IsCompleted && !read.IsCanceled)
            {
                _input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }

            _isPast = true;
            if (shape != HelloShape.Split)
            {
                return read;
            }

            var record = new byte[_records.JoinedLength];
            _records.Join(read.Buffer, record);
            _input.AdvanceTo(read.Buffer.GetPosition(_records.Length));
            _joined = new(record);
            return Joined;
        }
    }
}
