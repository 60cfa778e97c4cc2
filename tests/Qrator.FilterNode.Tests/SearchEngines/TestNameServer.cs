using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Qrator.FilterNode.SearchEngines;

/// <summary>A name server on UDP that knows a few names, and answers as it is told.</summary>
internal sealed class TestNameServer : IAsyncDisposable
{
    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly Dictionary<string, byte[]> _records;
    private readonly Func<byte[], byte[]> _spoil;
    private readonly Task _answering;
    private int _questions;

    /// <param name="records">Name and type (as <c>name/type</c>) to the data of the one record.</param>
    /// <param name="spoil">What becomes of an answer before it is sent.</param>
    public TestNameServer(Dictionary<string, byte[]> records, Func<byte[], byte[]>? spoil = null)
    {
        _records = records;
        _spoil = spoil ?? (static answer => answer);
        _answering = AnswerAsync();
    }

    public IPEndPoint Address => (IPEndPoint)_socket.Client.LocalEndPoint!;

    public int Questions => Volatile.Read(ref _questions);

    /// <summary>A name as the data of a pointer.</summary>
    public static byte[] Name(string name) => [.. name.Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0];

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _answering;
    }

    private async Task AnswerAsync()
    {
        try
        {
            while (true)
            {
                var question = await _socket.ReceiveAsync();
                Interlocked.Increment(ref _questions);
                var answer = Answer(question.Buffer);
                foreach (var datagram in new[] { [1, 2, 3], _spoil(answer) })
                {
                    await _socket.SendAsync(datagram, question.RemoteEndPoint);
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Over.
        }
    }

    private byte[] Answer(byte[] question)
    {
        var (labels, at) = (new List<string>(), 12);
        while (question[at] != 0)
        {
            labels.Add(Encoding.ASCII.GetString(question, at + 1, question[at]));
            at += question[at] + 1;
        }

        var type = question[at + 2];
        var answer = question.ToList();
        (answer[2], answer[3]) = (0x81, 0x80);
        if (_records.TryGetValue($"{string.Join('.', labels)}/{type}", out var data))
        {
            // The name is a pointer to that of the question.
            answer[7] = 1;
            answer.AddRange([0xC0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, (byte)data.Length, .. data]);
        }
        else
        {
            answer[3] = 0x83;
        }

        return [.. answer];
    }
}
