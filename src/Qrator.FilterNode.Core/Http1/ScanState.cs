namespace Qrator.FilterNode.Http1;

/// <summary>What a <see cref="MessageScanner"/> expects next.</summary>
internal enum ScanState : byte
{
    Start,
    EmptyLineFeed,
    Method,
    Target,
    Version,
    LineFeed,
    HeaderStart,
    Name,
    Value,
    HostStart,
    LengthStart,
    LengthDigits,
    LengthEnd,
    CodingStart,
    CodingName,
    CodingEnd,
    HeadEnd,
    Body,
    ChunkStart,
    ChunkDigits,
    ChunkExtension,
    ChunkLineFeed,
    ChunkData,
    ChunkReturn,
    ChunkEndFeed,
    Complete,
    Failed,
}
