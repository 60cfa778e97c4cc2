using System.Net.Sockets;

namespace Qrator.FilterNode.Transport;

/// <summary>What the system holds for the node on a socket.</summary>
internal static class PendingBytes
{
    /// <summary>How many bytes have come and were not received; 0 on a socket that is closed.</summary>
    public static int Of(Socket socket)
    {
        try
        {
            return socket.Available;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Ended already.
            return 0;
        }
    }
}
