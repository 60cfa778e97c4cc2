using System.Buffers;

namespace Qrator.FilterNode.Http1;

/// <summary>Sets of bytes that the grammar of HTTP/1 names, for vectorised search.</summary>
internal static class ByteClasses
{
    /// <summary>tchar of RFC 9110, section 5.6.2: what methods and header names are made of.</summary>
    public static readonly SearchValues<byte> Token = SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);

    /// <summary>What may not stand in a field value or a chunk extension: control characters but the tab.</summary>
    public static readonly SearchValues<byte> Controls = SearchValues.Create(
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 127,
    ]);

    /// <summary>What ends a request target, rightly or not: the space and all control characters.</summary>
    public static readonly SearchValues<byte> TargetEnds = SearchValues.Create(
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 127,
    ]);
}
