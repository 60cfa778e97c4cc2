namespace Qrator.FilterNode.Requests;

/// <summary>Ids of requests: 128 random bits in hex. They tell requests apart; they are not secrets.</summary>
internal static class RequestId
{
    public static string New() => string.Create(32, (object?)null, static (text, _) =>
    {
        Span<byte> bytes = stackalloc byte[16];
        Random.Shared.NextBytes(bytes);
        Convert.TryToHexStringLower(bytes, text, out var _);
    });
}
