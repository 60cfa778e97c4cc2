using System.Runtime.CompilerServices;
using Qrator.FilterNode.Offences;

namespace Qrator.FilterNode.Http1;

/// <summary>
/// Follows one HTTP/1 request after the other through the bytes of a connection (RFC 9112), however they are cut, and finds where each
/// ends and whether it is one that every parser understands alike. Bodies are skipped. It is stricter than the RFC demands where leniency
/// lets two parsers disagree. Never allocates, never throws; needs about 72 bytes. Used by one thread at a time.
/// </summary>
public partial struct MessageScanner
{
    private const int MostEmptyLines = 8;
    private const int MostChunkDigits = 8;
    private const int MostExtensionBytes = 4096;
    private const int Decimal = 10;
    private const byte Return = (byte)'\r';
    private const byte Feed = (byte)'\n';
    private const byte Space = (byte)' ';
    private const byte Tab = (byte)'\t';
    private const byte Colon = (byte)':';

    private ScanState _state;
    private HeadFacts _facts;
    private int _count;
    private int _extensionBytes;
    private long _length;
    private ulong _names;
    private CarriedName _name;

    /// <summary>Whether the message is over; what follows belongs to the next one.</summary>
    public readonly bool IsComplete => _state == ScanState.Complete;

    /// <summary>Whether the head is over and the body, or its trailers, are not.</summary>
    public readonly bool IsInBody => _state is >= ScanState.Body and <= ScanState.ChunkEndFeed || (Has(HeadFacts.Trailers) && _state < ScanState.Body);

    /// <summary>Whether the line that is being read is that of a chunk's size, behind which there may be an extension.</summary>
    public readonly bool IsInChunkSize => _state is ScanState.ChunkExtension or ScanState.ChunkLineFeed;

    /// <summary>What is wrong with the message; <see cref="Violation.None"/> as long as nothing is.</summary>
    public Violation Violation { get; private set; }

    /// <summary>
    /// A hash of the names of the headers as they are written, in their order, once the head is over: tools that call themselves a browser seldom send
    /// what it sends in its order. Of a name the first 16 bytes and the length up to 18 count. Not 0; not fit to tell heads apart that somebody wants to look alike.
    /// </summary>
    public readonly ulong HeaderOrder => _names | 1;

    /// <summary>How many bytes of the line that is being read were seen already: the line of the violation began so many bytes ago.</summary>
    public long LineBytes { get; private set; }

    /// <summary>Begins the next message.</summary>
    public void Next() => this = default;

    /// <summary>Goes on with the next bytes.</summary>
    /// <returns>How many bytes it went through: all, unless the message ended or broke the rules before.</returns>
    public int Scan(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        var line = -LineBytes;
        while (at < bytes.Length && _state < ScanState.Complete)
        {
            switch (_state)
            {
                case ScanState.Start when bytes[at] == Return:
                    line = at++;
                    _state = ScanState.EmptyLineFeed;
                    break;
                case ScanState.Start:
                    line = at;
                    _count = 0;
                    _state = ScanState.Method;
                    break;
                case ScanState.EmptyLineFeed:
                    Expect(bytes[at++], Feed, ScanState.Start, Violation.BareCarriageReturn);
                    if (++_count > MostEmptyLines)
                    {
                        Fail(Violation.EmptyLines);
                    }

                    break;
                case ScanState.Method:
                    at = Method(bytes, at);
                    break;
                case ScanState.Target:
                    at = Target(bytes, at);
                    break;
                case ScanState.Version:
                    at = Version(bytes, at);
                    break;
                case ScanState.HeaderStart:
                    line = at;
                    at = HeaderStart(bytes, at);
                    break;
                case ScanState.Name:
                    at = Name(bytes, at);
                    break;
                case ScanState.Value:
                    at = Value(bytes, at);
                    break;
                case ScanState.LineFeed:
                    Expect(bytes[at++], Feed, ScanState.HeaderStart, Violation.BareCarriageReturn);
                    break;
                case ScanState.HeadEnd:
                    Expect(bytes[at++], Feed, ScanState.Complete, Violation.BareCarriageReturn);
                    EndHead();
                    break;
                case ScanState.HostStart:
                    at = HostStart(bytes, at);
                    break;
                case ScanState.LengthStart or ScanState.LengthDigits or ScanState.LengthEnd:
                    ContentLength(bytes[at++]);
                    break;
                case ScanState.CodingStart or ScanState.CodingName or ScanState.CodingEnd:
                    TransferEncoding(bytes[at++]);
                    break;
                case ScanState.ChunkReturn:
                    line = at;
                    Expect(bytes[at++], Return, ScanState.ChunkEndFeed, Violation.ChunkEnd);
                    break;
                case ScanState.ChunkEndFeed:
                    Expect(bytes[at++], Feed, ScanState.ChunkStart, Violation.ChunkEnd);
                    break;
                case ScanState.ChunkStart:
                    line = at;
                    _count = 0;
                    _length = 0;
                    _state = ScanState.ChunkDigits;
                    break;
                case ScanState.ChunkDigits:
                    ChunkSize(bytes[at++]);
                    break;
                case ScanState.ChunkExtension:
                    at = ChunkExtension(bytes, at);
                    break;
                case ScanState.ChunkLineFeed:
                    Expect(bytes[at++], Feed, _length > 0 ? ScanState.ChunkData : ScanState.HeaderStart, Violation.BareCarriageReturn);
                    _facts |= _length == 0 ? HeadFacts.Trailers : HeadFacts.None;
                    break;
                default:
                    at = Skip(bytes, at);
                    break;
            }
        }

        LineBytes = at - line;
        return at;
    }

    private void Expect(byte next, byte expected, ScanState state, Violation otherwise)
    {
        _state = state;
        if (next != expected)
        {
            Fail(otherwise);
        }
    }

    // Enum.HasFlag allocates where the compiler does not optimise.
    private readonly bool Has(HeadFacts fact) => (_facts & fact) != 0;

    private void Go(ScanState state) => _state = _state == ScanState.Failed ? _state : state;

    private void Fail(Violation violation)
    {
        _state = ScanState.Failed;
        Violation = violation;
    }

    /// <summary>The same violation, unless the character says more.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Violation Unless(byte character, Violation violation) => character switch
    {
        Feed => Violation.BareLineFeed,
        < Space when character is not (Tab or Return) => Violation.ControlCharacter,
        0x7F => Violation.ControlCharacter,
        _ => violation,
    };
}
