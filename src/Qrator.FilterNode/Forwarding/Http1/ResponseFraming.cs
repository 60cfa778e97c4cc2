namespace Qrator.FilterNode.Forwarding.Http1;

/// <summary>How the body of an origin's response is framed (RFC 9112, section 6.3).</summary>
internal enum ResponseFraming
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>By Content-Length.</summary>
    Length,

    /// <summary>By chunks.</summary>
    Chunked,

    /// <summary>It ends with the connection.</summary>
    UntilClose,
}
