namespace Qrator.FilterNode.Offences;

/// <summary>How a client broke the protocol. <see cref="ViolationText"/> has the words for metrics and reasons.</summary>
public enum Violation
{
    /// <summary>It did not.</summary>
    None,

    /// <summary>A line feed without a carriage return before it.</summary>
    BareLineFeed,

    /// <summary>A carriage return without a line feed after it.</summary>
    BareCarriageReturn,

    /// <summary>A control character in a field value, a request target or a chunk extension.</summary>
    ControlCharacter,

    /// <summary>More empty lines before a request than any client sends.</summary>
    EmptyLines,

    /// <summary>A first line that is not <c>method target version</c>.</summary>
    RequestLine,

    /// <summary>A header name that is empty, or has characters that no name has, or white space before its colon.</summary>
    HeaderName,

    /// <summary>A header line that goes on in the next line.</summary>
    LineFolding,

    /// <summary>A Content-Length that is not one number, or a second one.</summary>
    ContentLength,

    /// <summary>A Transfer-Encoding that is not exactly <c>chunked</c>, or a second one, or one in HTTP/1.0.</summary>
    TransferEncoding,

    /// <summary>Content-Length and Transfer-Encoding in one request.</summary>
    TwoLengths,

    /// <summary>Host is missing or empty in HTTP/1.1, or stands there twice.</summary>
    Host,

    /// <summary>A chunk size that is no hexadecimal number up to 2 GB.</summary>
    ChunkSize,

    /// <summary>Too many bytes of chunk extensions in one request.</summary>
    ChunkExtension,

    /// <summary>A chunk that does not end where its size says.</summary>
    ChunkEnd,

    /// <summary>A trailer that would say where a message ends or whom it is for.</summary>
    Trailer,

    /// <summary>Something else that is not HTTP/1 as the node accepts it.</summary>
    Malformed,

    /// <summary>A head over the limits of size or number of headers.</summary>
    OversizedHead,

    /// <summary>A head that did not come in time.</summary>
    SlowHead,

    /// <summary>A body that came too slowly.</summary>
    SlowBody,

    /// <summary>A response that was read too slowly.</summary>
    SlowReader,

    /// <summary>HTTP/2 frames that nothing justifies.</summary>
    Http2Flood,
}
