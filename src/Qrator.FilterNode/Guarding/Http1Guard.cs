using System.Buffers;
using System.IO.Pipelines;
using Qrator.FilterNode.Connections;
using Qrator.FilterNode.Http1;
using Qrator.FilterNode.Offences;
using Qrator.FilterNode.Statistics.Traffic;

namespace Qrator.FilterNode.Guarding;

/// <summary>
/// The bytes of an HTTP/1 connection on their way to Kestrel, one message at a time: Kestrel gets nothing of the next before it has read the
/// last, and in place of a line that breaks the protocol it gets one that it refuses with 400 itself, so that the answers to earlier requests
/// keep their order. Used by Kestrel's one reader; <see cref="IsSlow"/> by another thread.
/// </summary>
internal sealed class Http1Guard : GuardedReader, IDuplexPipe
{
    // No first line and no header of any parser.
    private static readonly ReadOnlySequence<byte> BadLine = new("\0\0\r\n\r\n"u8.ToArray());

    // No chunk size and no end of a chunk.
    private static readonly ReadOnlySequence<byte> BadChunk = new("\n\n"u8.ToArray());

    private readonly ConnectionFeature _connection;
    private readonly Offenders _offenders;
    private MessageScanner _scanner;
    private bool _passing;
    private PeerPace _sending;

    public Http1Guard(IDuplexPipe transport, ConnectionFeature connection, ConnectionMeter meter, Offenders offenders)
        : base(transport.Input, meter)
    {
        _connection = connection;
        _offenders = offenders;
        Output = new CountedWriter(transport.Output, meter);
    }

    public PipeWriter Output { get; }

    /// <summary>Whether the client has ended its side; then a request that breaks off says nothing about its intentions.</summary>
    public bool InputEnded { get; private set; }

    /// <summary>The hash of the names of the headers of the request that Kestrel has read the head of, in their order. MUST be asked while that request is in progress.</summary>
    public ulong HeaderOrder => _scanner.HeaderOrder;

    /// <summary>Whether what was read last is a whole message. To be asked by the reader's side, between a read and the next.</summary>
    public bool HasMessage => _scanner.IsComplete && _scanner.Violation == Violation.None && !_passing;

    PipeReader IDuplexPipe.Input => this;

    /// <summary>Lets everything pass from now on: the connection speaks another protocol. MUST be called by the reader's side, between reads.</summary>
    public void LetPass() => _passing = true;

    /// <summary>Whether the client has stopped in the middle of a body that the node waits for. To be asked every few seconds by one thread.</summary>
    public bool IsSlow(long now) => _sending.IsTooSlow(now, Meter.Received, IsWaiting && !_passing && _scanner.IsInBody ? long.MaxValue : 0);

    protected override ReadResult Inspect(in ReadResult read)
    {
        InputEnded |= read.IsCompleted;
        if (_passing)
        {
            return GiveUnseen(read);
        }

        if (IsStuck)
        {
            // Kestrel wants more of a message that is complete: they do not understand it alike, which is how smuggling works.
            _offenders.Report(_connection, Violation.Malformed);
            _connection.Reset();
            return End(read, default);
        }

        if (_scanner.IsComplete && Scanned == 0)
        {
            Meter.MessageBegins();
            _scanner.Next();
        }

        if (Scanned < read.Buffer.Length && !_scanner.IsComplete && _scanner.Violation == Violation.None)
        {
            ScanNew(read.Buffer);
        }

        if (_scanner.Violation != Violation.None)
        {
            return Refuse(read);
        }

        // Within an extension that it has seen the beginning of, Kestrel looks for CRLF and nothing else: it gets whole ones, or none.
        return _scanner.IsInChunkSize ? Withhold(read, Scanned - _scanner.LineBytes) : Give(read, Scanned);
    }

    protected override int Scan(ReadOnlySpan<byte> bytes) => _scanner.Scan(bytes);

    /// <summary>The lines before the bad one, or the bad one's substitute when Kestrel has read those.</summary>
    private ReadResult Refuse(in ReadResult read)
    {
        var good = Scanned - _scanner.LineBytes;
        if (good > 0)
        {
            return Give(read, good);
        }

        _offenders.Report(_connection, _scanner.Violation, _scanner.IsInBody ? _connection.Service : null);
        return End(read, _scanner.IsInBody ? BadChunk : BadLine);
    }
}
