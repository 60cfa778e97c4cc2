using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Qrator.FilterNode.Fixtures;

/// <summary>A client that sends bytes and sees bytes, resets included.</summary>
public sealed class RawClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Socket _socket;

    private readonly bool _resetWhileConnecting;

    private RawClient(Socket socket, bool resetWhileConnecting)
    {
        _socket = socket;
        _resetWhileConnecting = resetWhileConnecting;
    }

    /// <param name="address">Where to.</param>
    /// <param name="from">One of this machine's addresses, such as 127.0.0.2; the system chooses when left out.</param>
    /// <param name="giveUp">Ends an attempt that nobody answers.</param>
    public static async Task<RawClient> ConnectAsync(Uri address, string? from = null, CancellationToken giveUp = default)
    {
        var target = IPAddress.Parse(address.DnsSafeHost);
        var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (from is not null)
        {
            socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        }

        try
        {
            await socket.ConnectAsync(target, address.Port, giveUp);
            return new(socket, resetWhileConnecting: false);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Accepted and reset before connecting was noticed.
            return new(socket, resetWhileConnecting: true);
        }
    }

    /// <summary>Whether the other side resets a new connection without a byte.</summary>
    public static async Task<bool> IsResetAsync(Uri address, string? from = null)
    {
        using var client = await ConnectAsync(address, from);
        return await client.ReadToEndAsync() == ("", true);
    }

    /// <summary>Whether nobody listens there.</summary>
    public static async Task<bool> IsRefusedAsync(Uri address)
    {
        try
        {
            using var client = await ConnectAsync(address);
            return false;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return true;
        }
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken stop = default) => await _socket.SendAsync(bytes, stop);

    /// <summary>This end of the connection.</summary>
    public EndPoint LocalEndPoint => _socket.LocalEndPoint!;

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
    public Task<string> ReadUntilAsync(string end) => ReadUntilAsync(text => text.Contains(end, StringComparison.Ordinal));

    /// <summary>Bytes until the text so far is enough.</summary>
    public async Task<string> ReadUntilAsync(Func<string, bool> isEnough)
    {
        using var patience = new CancellationTokenSource(Patience);
        var text = new StringBuilder();
        var buffer = new byte[65_536];
        while (!isEnough(text.ToString()))
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

    /// <summary>Ends the connection by a reset.</summary>
    public void Reset() => _socket.Close(timeout: 0);

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
