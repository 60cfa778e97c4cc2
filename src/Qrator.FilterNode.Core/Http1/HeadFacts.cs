namespace Qrator.FilterNode.Http1;

/// <summary>What a head said so far that decides where its message ends.</summary>
[Flags]
internal enum HeadFacts : byte
{
    None = 0,
    Version11 = 1,
    Host = 2,
    ContentLength = 4,
    TransferEncoding = 8,

    /// <summary>The last chunk is over; what comes now are trailers.</summary>
    Trailers = 16,
}
