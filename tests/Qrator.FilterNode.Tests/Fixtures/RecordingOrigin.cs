using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Qrator.FilterNode.Fixtures;

/// <summary>An origin that never answers, and keeps every byte it gets.</summary>
public sealed class RecordingOrigin : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<StringBuilder> _received = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private int _open;

    public RecordingOrigin()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Address => _listener.LocalEndpoint.ToString()!;

    /// <summary>Connections open now.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>What came on each connection; complete once the connection is over.</summary>
    public IEnumerable<string> Received => _received.Select(text => text.ToString());

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(RecordAsync(await _listener.AcceptSocketAsync(_stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task RecordAsync(Socket socket)
    {
        Interlocked.Increment(ref _open);
        var text = new StringBuilder();
        _received.Enqueue(text);
        var buffer = new byte[65_536];
        try
        {
            int read;
            while ((read = await socket.ReceiveAsync(buffer, _stop.Token)) > 0)
            {
                text.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            // The node ended it, or the test is over.
        }
        finally
        {
            socket.Dispose();
            Interlocked.Decrement(ref _open);
        }
    }
}
