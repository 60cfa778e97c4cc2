using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Qrator.FilterNode.Fixtures;

/// <summary>A client that sends bytes and sees bytes, resets included.</summary>
public sealed class RawClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Socket _socket;

    private readonly bool _resetWhileConnecting;

    private RawClient(Socket socket, bool resetWhileConnecting)
    {
        _socket = socket;
        _resetWhileConnecting = resetWhileConnecting;
    }

    public static async Task<RawClient> ConnectAsync(Uri address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(IPAddress.Parse(address.Host), address.Port);
            return new(socket, resetWhileConnecting: false);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Accepted and reset before connecting was noticed.
            return new(socket, resetWhileConnecting: true);
        }
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes) => await _socket.SendAsync(bytes);

    /// <summary>Sends every byte, however often the socket has to be asked.</summary>
    public async Task SendAllAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket.SendAsync(bytes)..];
        }
    }

    /// <summary>All bytes until the other side ends, and whether it ended by a reset.</summary>
    public async Task<(string Text, bool Reset)> ReadToEndAsync()
    {
        if (_resetWhileConnecting)
        {
            return ("", true);
        }

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

    /// <summary>Reads until a text has come that often; what lies between is not kept.</summary>
    public async Task ReadTimesAsync(string text, int times)
    {
        using var patience = new CancellationTokenSource(Patience);
        var wanted = Encoding.Latin1.GetBytes(text);
        var buffer = new byte[65_536];
        var held = 0;
        while (times > 0)
        {
            var read = await _socket.ReceiveAsync(buffer.AsMemory(held), patience.Token);
            read.ShouldBeGreaterThan(0, "the connection ended early");
            var (end, next) = (held + read, 0);
            int found;
            while ((found = buffer.AsSpan(next, end - next).IndexOf(wanted)) >= 0)
            {
                next += found + wanted.Length;
                times--;
            }

            // A beginning of the text may stand at the end of what came.
            held = Math.Min(wanted.Length - 1, end - next);
            buffer.AsSpan(end - held, held).CopyTo(buffer);
        }
    }

    public void Dispose() => _socket.Dispose();
}
