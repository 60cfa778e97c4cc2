using System.Buffers.Binary;
using Qrator.FilterNode.Sockets;

namespace Qrator.FilterNode.Guarding;

/// <summary>How far the sending side of a TCP connection is, as the kernel knows it (struct tcp_info of linux/tcp.h; Linux 4.19 or later).</summary>
/// <param name="Acknowledged">Bytes that the other end has acknowledged so far.</param>
/// <param name="Pending">Bytes that it has not: sent or waiting to be.</param>
internal readonly record struct TcpProgress(long Acknowledged, long Pending)
{
    private const int Tcp = 6;
    private const int TcpInfo = 11;
    private const int BytesAcked = 120;
    private const int NotSentBytes = 144;
    private const int BytesSent = 200;
    private const int BytesRetransmitted = 208;
    private const int Length = 216;

    /// <summary>Asks the kernel. False when the socket is closed already, or the kernel does not tell.</summary>
    public static bool TryRead(LoopSocket socket, out TcpProgress progress)
    {
        Span<byte> info = stackalloc byte[Length];
        progress = default;
        if (socket.GetOption(Tcp, TcpInfo, info) < Length)
        {
            return false;
        }

        var acknowledged = BinaryPrimitives.ReadInt64LittleEndian(info[BytesAcked..]);
        var sent = BinaryPrimitives.ReadInt64LittleEndian(info[BytesSent..]) - BinaryPrimitives.ReadInt64LittleEndian(info[BytesRetransmitted..]);
        progress = new(acknowledged, Math.Max(0, sent - acknowledged) + BinaryPrimitives.ReadUInt32LittleEndian(info[NotSentBytes..]));
        return true;
    }
}
