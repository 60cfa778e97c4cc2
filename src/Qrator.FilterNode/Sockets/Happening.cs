using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Qrator.FilterNode.Sockets;

/// <summary>
/// What the system tells of one socket: struct epoll_event (epoll_ctl(2)), whose two fields lie next to each other on x86 and aligned elsewhere.
/// </summary>
internal static class Happening
{
    // EPOLLIN, EPOLLOUT, EPOLLERR, EPOLLHUP, EPOLLRDHUP, EPOLLET
    private const uint Readable = 0x1;
    private const uint Writable = 0x4;
    private const uint Failed = 0x8;
    private const uint HungUp = 0x10;
    private const uint PeerEnded = 0x2000;
    private const uint OnlyChanges = 1u << 31;

    private static readonly bool IsPacked = RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86;

    /// <summary>Bytes that one takes.</summary>
    public static int Size { get; } = IsPacked ? 12 : 16;

    /// <summary>Asks for all that the node wants to know of the socket.</summary>
    public static void Ask(Span<byte> happening, int descriptor) => Ask(happening, Readable | Writable | PeerEnded | OnlyChanges, descriptor);

    /// <summary>Asks for new connections of a listening socket, again and again for as long as there are some.</summary>
    public static void AskForConnections(Span<byte> happening, int descriptor) => Ask(happening, Readable, descriptor);

    /// <summary>The socket that it is about.</summary>
    public static int Descriptor(ReadOnlySpan<byte> happening) => BinaryPrimitives.ReadInt32LittleEndian(happening[(IsPacked ? 4 : 8)..]);

    /// <summary>Whether a receive would find something: bytes, the end or an error.</summary>
    public static bool CanReceive(ReadOnlySpan<byte> happening) => (Flags(happening) & (Readable | PeerEnded | HungUp | Failed)) != 0;

    /// <summary>Whether a send would find room or an error.</summary>
    public static bool CanSend(ReadOnlySpan<byte> happening) => (Flags(happening) & (Writable | HungUp | Failed)) != 0;

    /// <summary>Whether the last byte has come, or an error.</summary>
    public static bool IsLast(ReadOnlySpan<byte> happening) => (Flags(happening) & (PeerEnded | HungUp | Failed)) != 0;

    private static void Ask(Span<byte> happening, uint flags, int descriptor)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(happening, flags);
        BinaryPrimitives.WriteInt32LittleEndian(happening[(IsPacked ? 4 : 8)..], descriptor);
    }

    private static uint Flags(ReadOnlySpan<byte> happening) => BinaryPrimitives.ReadUInt32LittleEndian(happening);
}
