using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;

namespace Qrator.FilterNode.Connections;

/// <summary>Makes the sockets that listen, and sets what .NET has no names for. The numbers are Linux's.</summary>
internal static class ListenSocket
{
    private const int SolSocket = 1;
    private const int SoReuseAddr = 2;
    private const int SoReusePort = 15;
    private const int SoAttachFilter = 26;

    /// <summary>
    /// A bound and listening socket. Others may share its port (SO_REUSEPORT), so that a second node can take over, and so that one
    /// listener may have an address of its own beside another that has all. Accepted sockets inherit two options, which saves setting
    /// them on each: no delay, and that closing is a reset (linger 0).
    /// </summary>
    /// <exception cref="IOException">The address is in use, not of this machine, or not allowed.</exception>
    public static Socket Open(IPEndPoint address, int backlog)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // [::] means IPv4 too, as it does with Kestrel.
            if (address.Address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            SetFlag(socket, SoReuseAddr);
            SetFlag(socket, SoReusePort);
            socket.NoDelay = true;
            socket.LingerState = new(enable: true, seconds: 0);
            socket.Bind(address);
            socket.Listen(backlog);
            return socket;
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw exception.SocketErrorCode == SocketError.AddressAlreadyInUse
                ? new AddressInUseException(exception.Message, exception)
                : new IOException($"cannot listen on {address}: {exception.Message}", exception);
        }
    }

    /// <summary>
    /// Keeps new connections from beginning on this socket, while those that have begun still come in: a packet filter (classic BPF, see
    /// Linux Documentation/networking/filter.rst) drops each SYN without ACK. The client sends its SYN again after a second; by then
    /// another socket on the port gets it. False where the system has no such filters.
    /// </summary>
    public static bool TryRefuseHandshakes(Socket socket)
    {
        ReadOnlySpan<ulong> program =
        [
            Instruction(0x30, 0, 0, 13),            // load the byte of flags of the TCP header (RFC 9293, section 3.1)
            Instruction(0x54, 0, 0, 0x12),          // only SYN and ACK
            Instruction(0x15, 0, 1, 0x02),          // SYN alone?
            Instruction(0x06, 0, 0, 0),             // yes: drop
            Instruction(0x06, 0, 0, uint.MaxValue), // no: keep all of it
        ];
        var memory = Marshal.AllocHGlobal(program.Length * sizeof(ulong));
        try
        {
            for (var i = 0; i < program.Length; i++)
            {
                Marshal.WriteInt64(memory, i * sizeof(ulong), (long)program[i]);
            }

            Span<ulong> descriptor = [(ulong)program.Length, (ulong)memory];
            socket.SetRawSocketOption(SolSocket, SoAttachFilter, MemoryMarshal.AsBytes(descriptor));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
        finally
        {
            Marshal.FreeHGlobal(memory);
        }
    }

    // struct sock_filter: code (16 bits), jump if true, jump if false (8 bits each), value (32 bits), little-endian.
    private static ulong Instruction(ushort code, byte ifTrue, byte ifFalse, uint value) =>
        code | ((ulong)ifTrue << 16) | ((ulong)ifFalse << 24) | ((ulong)value << 32);

    private static void SetFlag(Socket socket, int option)
    {
        var on = 1;
        socket.SetRawSocketOption(SolSocket, option, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(ref on)));
    }
}
