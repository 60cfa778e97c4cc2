using System.IO.Pipelines;
using Qrator.FilterNode.Connections;
using Qrator.FilterNode.Http2;
using Qrator.FilterNode.Offences;
using Qrator.FilterNode.Statistics.Traffic;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Guarding;

/// <summary>The bytes of an HTTP/2 connection on their way to Kestrel; resets the connection when they are a flood of idle frames.</summary>
internal sealed class Http2Guard : GuardedReader, IDuplexPipe
{
    private readonly ConnectionFeature _connection;
    private readonly Offenders _offenders;
    private readonly NodeClock _clock;
    private FrameReader _frames;
    private readonly OwedStreams _streams;
    private FrameReader _sentFrames;
    private FrameBudget _budget;
    private bool _flooded;

    public Http2Guard(IDuplexPipe transport, ConnectionFeature connection, ConnectionMeter meter, Offenders offenders, NodeClock clock)
        : base(transport.Input, meter)
    {
        _connection = connection;
        _offenders = offenders;
        _clock = clock;
        _frames = new(PrefaceStage.PrefaceLength);
        _budget = new(clock.Now);
        _streams = connection.Streams = new();
        Output = new CountedWriter(transport.Output, meter, this);
    }

    public PipeWriter Output { get; }

    PipeReader IDuplexPipe.Input => this;

    /// <summary>Takes note of bytes sent in one flush.</summary>
    public void Sent(long bytes) => _budget.Sent(bytes);

    /// <summary>Looks at what is written. By one thread at a time.</summary>
    public void Writes(ReadOnlySpan<byte> bytes)
    {
        while (_sentFrames.TryRead(ref bytes, out var frame))
        {
            _streams.Sent(frame);
        }
    }

    protected override ReadResult Inspect(in ReadResult read)
    {
        if (Scanned < read.Buffer.Length)
        {
            ScanNew(read.Buffer);
        }

        if (!_flooded)
        {
            return Give(read, Scanned);
        }

        _offenders.Cut(_connection, Violation.Http2Flood, DropReason.Http2Flood);
        return End(read, default);
    }

    protected override int Scan(ReadOnlySpan<byte> bytes)
    {
        var all = bytes.Length;
        var now = _clock.Now;
        while (!_flooded && _frames.TryRead(ref bytes, out var frame))
        {
            _flooded = !_budget.Take(frame, now);
            _streams.Received(frame);
        }

        return all - bytes.Length;
    }
}
