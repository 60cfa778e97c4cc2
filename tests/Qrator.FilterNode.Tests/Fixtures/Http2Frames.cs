using System.Buffers.Binary;
using System.Text;

namespace Qrator.FilterNode.Fixtures;

/// <summary>HTTP/2 frames (RFC 9113) by hand, for what no client library sends or shows.</summary>
public static class Http2Frames
{
    public const byte DataType = 0;
    public const byte HeadersType = 1;
    public const byte GoAwayType = 7;
    private const byte SettingsType = 4;
    private const byte EndHeaders = 0x4;
    private const byte EndStreamAndHeaders = 0x5;

    public static byte[] Settings => Frame(SettingsType, 0, 0, []);

    /// <summary>HEADERS of a GET for "/" that ends its stream, in literals without indexing (RFC 7541, section 6.2.2).</summary>
    public static byte[] Get(int stream, string authority, params IEnumerable<(string Name, string Value)> headers) =>
        Frame(HeadersType, EndStreamAndHeaders, stream, Block("GET", authority, headers));

    /// <summary>HEADERS of a POST to "/" whose body is to come.</summary>
    public static byte[] Open(int stream, string authority, bool endHeaders = true) =>
        Frame(HeadersType, endHeaders ? EndHeaders : (byte)0, stream, Block("POST", authority, []));

    private static byte[] Block(string method, string authority, IEnumerable<(string Name, string Value)> headers)
    {
        var block = new List<byte>();
        foreach (var (name, value) in headers.Prepend((":authority", authority)).Prepend((":path", "/")).Prepend((":scheme", "http")).Prepend((":method", method)))
        {
            block.Add(0);
            block.Add((byte)name.Length);
            block.AddRange(Encoding.ASCII.GetBytes(name));
            block.Add((byte)value.Length);
            block.AddRange(Encoding.Latin1.GetBytes(value));
        }

        return [.. block];
    }

    public static byte[] Frame(byte type, byte flags, int stream, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        frame[0] = (byte)(payload.Length >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(1), (ushort)payload.Length);
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        return frame;
    }

    /// <summary>The types of the frames in what a server sent (as Latin-1).</summary>
    public static IReadOnlyList<byte> Types(string received)
    {
        var types = new List<byte>();
        for (var at = 0; at + 9 <= received.Length; at += 9 + (received[at] << 16) + (received[at + 1] << 8) + received[at + 2])
        {
            types.Add((byte)received[at + 3]);
        }

        return types;
    }
}
