using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Qrator.FilterNode.Fixtures;

/// <summary>A client of HTTP/1, with or without TLS, that takes responses off its connection one by one, as their framing says.</summary>
public sealed class WireClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[65_536];
    private string _unread = "";
    private bool _ended;
    private bool _reset;

    private WireClient(Stream stream) => _stream = stream;

    /// <summary>Connects, with TLS when a name of a server is given.</summary>
    public static async Task<WireClient> ConnectAsync(Uri address, string? serverName = null)
    {
        if (serverName is not null)
        {
            return new(await TlsNode.HandshakeAsync(address, serverName));
        }

        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Parse(address.DnsSafeHost), address.Port);
        return new(new NetworkStream(socket, ownsSocket: true));
    }

    /// <summary>Sends Latin-1. Whether anybody took it, reading tells.</summary>
    public async Task SendAsync(string text)
    {
        try
        {
            await _stream.WriteAsync(Encoding.Latin1.GetBytes(text));
        }
        catch (IOException)
        {
            return;
        }
    }

    /// <summary>The next response, to a request with this method.</summary>
    public async Task<WireResponse> ReadResponseAsync(string method)
    {
        var end = await FindAsync("\r\n\r\n", 0);
        if (end < 0)
        {
            var part = Take(_unread.Length);
            return new(part, "", part.Length > 0 ? WireEnd.Cut : _reset ? WireEnd.Reset : WireEnd.Closed);
        }

        var head = Take(end + 4);
        var status = head.Split(' ')[1];
        if (method == "HEAD" || status is "204" or "304" || status.StartsWith('1'))
        {
            return new(head, "", WireEnd.Complete);
        }

        return Header(head, "Transfer-Encoding") is not null ? await ReadChunksAsync(head) : await ReadBodyAsync(head);
    }

    /// <summary>Whether this comes, before the connection ends; it is still to be read.</summary>
    public async Task<bool> SeesAsync(string text) => await FindAsync(text, 0) >= 0;

    /// <summary>What comes until the connection ends, and whether it ended by a reset.</summary>
    public async Task<(string Text, bool Reset)> ReadToEndAsync()
    {
        while (await MoreAsync())
        {
        }

        return (Take(_unread.Length), _reset);
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private static string? Header(string head, string name) =>
        head.Split("\r\n").FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();

    private async Task<WireResponse> ReadBodyAsync(string head)
    {
        if (Header(head, "Content-Length") is not { } length)
        {
            var (text, reset) = await ReadToEndAsync();
            return new(head, text, reset ? WireEnd.Cut : WireEnd.Complete);
        }

        var bytes = int.Parse(length, NumberStyles.None, CultureInfo.InvariantCulture);
        return await HaveAsync(bytes) ? new(head, Take(bytes), WireEnd.Complete) : new(head, Take(_unread.Length), WireEnd.Cut);
    }

    private async Task<WireResponse> ReadChunksAsync(string head)
    {
        var body = new StringBuilder();
        while (true)
        {
            var end = await FindAsync("\r\n", 0);
            if (end < 0)
            {
                return new(head, body.ToString(), WireEnd.Cut);
            }

            var size = int.Parse(Take(end + 2).TrimEnd(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (!await HaveAsync(size + 2))
            {
                return new(head, body.ToString(), WireEnd.Cut);
            }

            body.Append(Take(size));
            Take(2).ShouldBe("\r\n", "a chunk or the last chunk ends");
            if (size == 0)
            {
                return new(head, body.ToString(), WireEnd.Complete);
            }
        }
    }

    private string Take(int length)
    {
        var taken = _unread[..length];
        _unread = _unread[length..];
        return taken;
    }

    private async Task<int> FindAsync(string text, int from)
    {
        int at;
        while ((at = _unread.IndexOf(text, from, StringComparison.Ordinal)) < 0 && await MoreAsync())
        {
        }

        return at;
    }

    private async Task<bool> HaveAsync(int length)
    {
        while (_unread.Length < length && await MoreAsync())
        {
        }

        return _unread.Length >= length;
    }

    private async Task<bool> MoreAsync()
    {
        if (_ended)
        {
            return false;
        }

        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var read = await _stream.ReadAsync(_buffer, patience.Token);
            _unread += Encoding.Latin1.GetString(_buffer, 0, read);
            _ended = read == 0;
        }
        catch (IOException exception)
        {
            _ended = true;
            _reset = exception.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset };
        }

        return !_ended;
    }
}
