using System.Buffers.Binary;
using System.Text;

namespace Qrator.FilterNode.Fixtures;

/// <summary>Messages as gRPC frames them: one byte for compression, four for the length ("gRPC over HTTP/2", Length-Prefixed-Message).</summary>
public static class GrpcMessages
{
    private const int Prefix = 5;

    public static async Task WriteAsync(Stream stream, string text)
    {
        var message = new byte[Prefix + Encoding.UTF8.GetByteCount(text)];
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), message.Length - Prefix);
        Encoding.UTF8.GetBytes(text, message.AsSpan(Prefix));
        await stream.WriteAsync(message);
        await stream.FlushAsync();
    }

    /// <summary>The next message; null at the end.</summary>
    public static async Task<string?> ReadAsync(Stream stream)
    {
        var prefix = new byte[Prefix];
        if (await stream.ReadAtLeastAsync(prefix, Prefix, throwOnEndOfStream: false) < Prefix)
        {
            return null;
        }

        var text = new byte[BinaryPrimitives.ReadInt32BigEndian(prefix.AsSpan(1))];
        await stream.ReadExactlyAsync(text);
        return Encoding.UTF8.GetString(text);
    }
}
