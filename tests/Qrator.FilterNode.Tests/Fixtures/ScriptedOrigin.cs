using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Qrator.FilterNode.Fixtures;

/// <summary>An origin that keeps its connections, remembers the bytes of each request head, and answers as the test says.</summary>
public sealed class ScriptedOrigin : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<string, Task<OriginScript>> _answer;
    private readonly Task _accepting;
    private int _open;

    public ScriptedOrigin(Func<string, OriginScript> answer)
        : this(head => Task.FromResult(answer(head)))
    {
    }

    public ScriptedOrigin(Func<string, Task<OriginScript>> answer)
    {
        _answer = answer;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    public string Address => _listener.LocalEndPoint!.ToString()!;

    /// <summary>The request heads in the order received.</summary>
    public ConcurrentQueue<string> Heads { get; } = new();

    /// <summary>Connections on which an answer is under way, or a request may still come.</summary>
    public int Open => Volatile.Read(ref _open);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptAsync(_stop.Token);
                Interlocked.Increment(ref _open);
                connections.Add(ServeAsync(socket));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        socket.NoDelay = true;
        try
        {
            var received = "";
            while (await ReadHeadAsync(socket, received) is { } more)
            {
                var end = more.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
                received = more[end..];
                Heads.Enqueue(more[..end]);
                var script = await AnswerAsync(socket, more[..end]);
                foreach (var piece in script.Bytes)
                {
                    await socket.SendAsync(piece, _stop.Token);
                }

                if (script.Closes)
                {
                    return;
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            // The node ended it, or the test is over.
            return;
        }
        finally
        {
            socket.Dispose();
            Interlocked.Decrement(ref _open);
        }
    }

    /// <summary>The test's answer; meanwhile the end of the connection is looked for.</summary>
    private async Task<OriginScript> AnswerAsync(Socket socket, string head)
    {
        var answer = _answer(head);
        if (answer.IsCompleted)
        {
            return await answer;
        }

        using var answered = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var end = socket.ReceiveAsync(new byte[1], SocketFlags.Peek, answered.Token).AsTask();
        if (await Task.WhenAny(answer, end) == end)
        {
            await end;
            throw new OperationCanceledException("the node left");
        }

        await answered.CancelAsync();
        await Task.WhenAny(end);
        return await answer;
    }

    private async Task<string?> ReadHeadAsync(Socket socket, string received)
    {
        var buffer = new byte[65_536];
        while (!received.Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var read = await socket.ReceiveAsync(buffer, _stop.Token);
            if (read == 0)
            {
                return null;
            }

            received += Encoding.Latin1.GetString(buffer, 0, read);
        }

        return received;
    }
}
