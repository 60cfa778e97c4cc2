using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Qrator.FilterNode.Sockets;

/// <summary>The numbers of errors that Linux gives (errno(3)).</summary>
internal static class SystemErrors
{
    /// <summary>That of the last call of this thread that failed; MUST be asked right after it.</summary>
    public static int Last() => Marshal.GetLastSystemError();

    /// <summary>Whether something has run out that may be there again a moment later: memory, buffers, or descriptors of the process or the system.</summary>
    public static bool IsWantOfRoom(int error) => error is 12 or 23 or 24 or 105;

    /// <summary>.NET's name for one.</summary>
    public static SocketError NameOf(int error) => error switch
    {
        23 or 24 => SocketError.TooManyOpenSockets,
        32 or 104 => SocketError.ConnectionReset,
        99 => SocketError.AddressNotAvailable,
        101 => SocketError.NetworkUnreachable,
        105 or 12 => SocketError.NoBufferSpaceAvailable,
        110 => SocketError.TimedOut,
        111 => SocketError.ConnectionRefused,
        112 or 113 => SocketError.HostUnreachable,
        _ => SocketError.SocketError,
    };
}
