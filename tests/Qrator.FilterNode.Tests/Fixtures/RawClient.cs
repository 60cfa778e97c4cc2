using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Qrator.FilterNode.Fixtures;

/// <summary>A client that sends bytes and sees bytes, resets included.</summary>
public sealed class RawClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Socket _socket;

    private RawClient(Socket socket) => _socket = socket;

    public static async Task<RawClient> ConnectAsync(Uri address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Parse(address.Host), address.Port);
        return new(socket);
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken stop = default) => await _socket.SendAsync(bytes, stop);

    /// <summary>Bytes that have arrived and were not read yet.</summary>
    public int Unread => _socket.Available;

    /// <summary>Reads to the end and counts.</summary>
    public async Task<long> CountToEndAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        var buffer = new byte[1 << 16];
        var total = 0L;
        int read;
        while ((read = await _socket.ReceiveAsync(buffer, patience.Token)) > 0)
        {
            total += read;
        }

        return total;
    }

    /// <summary>All bytes until the other side ends, and whether it ended by a reset.</summary>
    public async Task<(string Text, bool Reset)> ReadToEndAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        var text = new StringBuilder();
        var buffer = new byte[65_536];
        try
        {
            int read;
            while ((read = await _socket.ReceiveAsync(buffer, patience.Token)) > 0)
            {
                text.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }

            return (text.ToString(), false);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            return (text.ToString(), true);
        }
    }

    /// <summary>Bytes until the text so far holds <paramref name="end"/>.</summary>
    public async Task<string> ReadUntilAsync(string end)
    {
        using var patience = new CancellationTokenSource(Patience);
        var text = new StringBuilder();
        var buffer = new byte[65_536];
        while (!text.ToString().Contains(end, StringComparison.Ordinal))
        {
            var read = await _socket.ReceiveAsync(buffer, patience.Token);
            if (read == 0)
            {
                break;
            }

            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }

        return text.ToString();
    }

    public void Dispose() => _socket.Dispose();
}
