using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Qrator.FilterNode.Fixtures;

/// <summary>
/// An address that answers no connect: a listener whose line of accepted connections is full, for which Linux throws SYN packets away. It
/// can wake up.
/// </summary>
public sealed class BlackHole : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _filler = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public BlackHole()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(0);
        _filler.Connect(_listener.LocalEndPoint!);
    }

    public string Address => _listener.LocalEndPoint!.ToString()!;

    /// <summary>How many sockets of this machine are connecting to it now.</summary>
    public int Connecting
    {
        get
        {
            // The table of the kernel: remote address in hexadecimal, then the state; 02 is SYN_SENT.
            var port = ((IPEndPoint)_listener.LocalEndPoint!).Port.ToString("X4", CultureInfo.InvariantCulture);
            return File.ReadLines("/proc/net/tcp").Count(line => line.Contains($" 0100007F:{port} 02 ", StringComparison.Ordinal));
        }
    }

    /// <summary>From now on it answers connects, and each connection with these bytes.</summary>
    public async Task WakeUpAsync(string answer, CancellationToken stop)
    {
        var accepted = new List<Socket>();
        try
        {
            _listener.Listen(128);
            while (true)
            {
                var socket = await _listener.AcceptAsync(stop);
                accepted.Add(socket);
                await socket.SendAsync(System.Text.Encoding.Latin1.GetBytes(answer), stop);
            }
        }
        catch (OperationCanceledException)
        {
            accepted.ForEach(socket => socket.Dispose());
        }
    }

    public void Dispose()
    {
        _filler.Dispose();
        _listener.Dispose();
    }
}
