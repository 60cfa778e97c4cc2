using System.Buffers.Binary;
using System.Text;

namespace Qrator.FilterNode.Geo;

/// <summary>Writes values as the data section of an MMDB file. Maps are arrays of (key, value); a key is a string or a pointer.</summary>
internal sealed class MmdbDataWriter
{
    private readonly List<byte> _bytes = [];

    public int Length => _bytes.Count;

    public byte[] ToArray() => [.. _bytes];

    /// <summary>Appends bytes as they are.</summary>
    public int Raw(params byte[] bytes)
    {
        var offset = Length;
        _bytes.AddRange(bytes);
        return offset;
    }

    /// <summary>Appends a value and returns its offset.</summary>
    public int Write(object value)
    {
        var offset = Length;
        switch (value)
        {
            case MmdbPointer pointer: Pointer(pointer); break;
            case string text: Scalar(MmdbType.Text, Encoding.UTF8.GetBytes(text)); break;
            case byte[] bytes: Scalar(MmdbType.Bytes, bytes); break;
            case double number: Scalar(MmdbType.Double, BigEndian(8, s => BinaryPrimitives.WriteDoubleBigEndian(s, number))); break;
            case float number: Scalar(MmdbType.Float, BigEndian(4, s => BinaryPrimitives.WriteSingleBigEndian(s, number))); break;
            case int number: Scalar(MmdbType.Int32, BigEndian(4, s => BinaryPrimitives.WriteInt32BigEndian(s, number))); break;
            case ushort number: Scalar(MmdbType.UInt16, Shortest(number)); break;
            case uint number: Scalar(MmdbType.UInt32, Shortest(number)); break;
            case ulong number: Scalar(MmdbType.UInt64, Shortest(number)); break;
            case UInt128 number: Scalar(MmdbType.UInt128, Shortest(number)); break;
            case bool flag: Control(MmdbType.Boolean, flag ? 1 : 0); break;
            case (object, object)[] map: Map(map); break;
            case object[] array: Array(array); break;
            default: throw new ArgumentException($"no MMDB type for {value.GetType()}", nameof(value));
        }

        return offset;
    }

    /// <summary>Appends the control bytes of a field alone.</summary>
    public int Control(MmdbType type, int size)
    {
        var offset = Length;
        var (low, extra) = size switch
        {
            < 29 => (size, 0),
            < 285 => (29, size - 29),
            < 65_821 => (30, size - 285),
            _ => (31, size - 65_821),
        };
        _bytes.Add((byte)(((int)type < 8 ? (int)type << 5 : 0) | low));
        if ((int)type >= 8)
        {
            _bytes.Add((byte)((int)type - 7));
        }

        _bytes.AddRange(BigEndian(4, s => BinaryPrimitives.WriteInt32BigEndian(s, extra))[^Math.Max(0, low - 28)..]);
        return offset;
    }

    private void Scalar(MmdbType type, byte[] content)
    {
        Control(type, content.Length);
        _bytes.AddRange(content);
    }

    private void Map((object Key, object Value)[] entries)
    {
        Control(MmdbType.Map, entries.Length);
        foreach (var (key, value) in entries)
        {
            Write(key);
            Write(value);
        }
    }

    private void Array(object[] items)
    {
        Control(MmdbType.Array, items.Length);
        System.Array.ForEach(items, item => Write(item));
    }

    private void Pointer(MmdbPointer pointer)
    {
        var bytes = pointer.Bytes != 0 ? pointer.Bytes : pointer.Target switch { < 2_048 => 1, < 526_336 => 2, < 134_744_064 => 3, _ => 4 };
        var value = pointer.Target - bytes switch { 2 => 2_048, 3 => 526_336, _ => 0 };
        var content = BigEndian(4, s => BinaryPrimitives.WriteInt32BigEndian(s, value));
        var top = bytes == 4 ? 0 : value >> (8 * bytes);
        _bytes.Add((byte)((1 << 5) | ((bytes - 1) << 3) | top));
        _bytes.AddRange(content[^bytes..]);
    }

    private static byte[] Shortest(UInt128 number)
    {
        var bytes = BigEndian(16, s => BinaryPrimitives.WriteUInt128BigEndian(s, number));
        return [.. bytes.SkipWhile(b => b == 0)];
    }

    private static byte[] BigEndian(int length, SpanWriter write)
    {
        var bytes = new byte[length];
        write(bytes);
        return bytes;
    }

    private delegate void SpanWriter(Span<byte> bytes);
}
