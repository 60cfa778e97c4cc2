using System.Buffers.Binary;
using System.Text;

namespace Qrator.FilterNode.Fixtures;

/// <summary>Takes messages in the wire format of protocol buffers (https://protobuf.dev/programming-guides/encoding) apart, by field number.</summary>
public static class Protobuf
{
    /// <summary>The messages, texts or packed values of a field, in their order.</summary>
    public static IEnumerable<byte[]> All(byte[] message, int field) => Fields(message).Where(found => found.Number == field && found.Bytes is not null).Select(found => found.Bytes!);

    /// <summary>The messages at the end of a path of fields.</summary>
    public static IEnumerable<byte[]> At(byte[] message, params IEnumerable<int> path) =>
        path.Aggregate((IEnumerable<byte[]>)[message], (messages, field) => messages.SelectMany(inner => All(inner, field)));

    public static string Text(byte[] message, params IEnumerable<int> path) => Encoding.UTF8.GetString(At(message, path).FirstOrDefault([]));

    /// <summary>A number that takes eight bytes.</summary>
    public static double Double(byte[] message, int field) => BitConverter.UInt64BitsToDouble(Fields(message).First(found => found.Number == field).Value);

    private static IEnumerable<(int Number, ulong Value, byte[]? Bytes)> Fields(byte[] message)
    {
        for (var at = 0; at < message.Length;)
        {
            var key = Varint(message, ref at);
            var (number, kind) = ((int)(key >> 3), (int)(key & 7));
            switch (kind)
            {
                case 0:
                    yield return (number, Varint(message, ref at), null);
                    break;
                case 1:
                    yield return (number, BinaryPrimitives.ReadUInt64LittleEndian(message.AsSpan(at)), null);
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(message, ref at);
                    yield return (number, 0, message[at..(at + length)]);
                    at += length;
                    break;
                case 5:
                    yield return (number, BinaryPrimitives.ReadUInt32LittleEndian(message.AsSpan(at)), null);
                    at += 4;
                    break;
                default:
                    throw new FormatException($"wire type {kind}");
            }
        }
    }

    private static ulong Varint(byte[] message, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
