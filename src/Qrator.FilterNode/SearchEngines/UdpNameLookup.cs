using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Qrator.FilterNode.SearchEngines;

/// <summary>
/// Asks one name server over UDP. Each question has a socket and so a port of its own, and an id drawn at random, so that nobody can answer in the
/// server's place without seeing the question (RFC 5452). Safe for any number of threads.
/// </summary>
internal sealed class UdpNameLookup : INameLookup
{
    private const int Attempts = 2;
    private const int LargestAnswer = 4096;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Func<IPEndPoint?> _server;
    private readonly TimeProvider _time;

    /// <param name="server">The name server as configured now; null for none, which answers nothing.</param>
    /// <param name="time">The time.</param>
    public UdpNameLookup(Func<IPEndPoint?> server, TimeProvider time) => (_server, _time) = (server, time);

    public async Task<IReadOnlyList<string>> NamesOfAsync(IPAddress address) =>
        await AskAsync(DnsMessage.ReverseName(address), DnsMessage.Pointer) is var (answer, length) ? DnsMessage.Names(answer, length) : [];

    public async Task<IReadOnlyList<IPAddress>> AddressesOfAsync(string name, AddressFamily family)
    {
        var type = family == AddressFamily.InterNetwork ? DnsMessage.Address : DnsMessage.IPv6Address;
        return DnsMessage.IsName(name) && await AskAsync(name, type) is var (answer, length) ? DnsMessage.Addresses(answer, length, type) : [];
    }

    // The answer, and where its records begin; null for none.
    private async Task<(byte[] Answer, int Length)?> AskAsync(string name, ushort type)
    {
        for (var attempt = 0; attempt < Attempts && _server() is { } server; attempt++)
        {
            var question = DnsMessage.Question(BinaryPrimitives.ReadUInt16LittleEndian(RandomNumberGenerator.GetBytes(2)), name, type);
            try
            {
                using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
                using var patience = new CancellationTokenSource(Patience, _time);
                await socket.ConnectAsync(server, patience.Token);
                await socket.SendAsync(question, patience.Token);
                return (await ReceiveAsync(socket, question, patience.Token), question.Length);
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                // The next attempt, or no answer.
            }
        }

        return null;
    }

    private static async Task<byte[]> ReceiveAsync(Socket socket, byte[] question, CancellationToken patience)
    {
        var buffer = new byte[LargestAnswer];
        while (true)
        {
            var length = await socket.ReceiveAsync(buffer, patience);
            if (DnsMessage.IsAnswerTo(buffer.AsSpan(0, length), question))
            {
                return buffer[..length];
            }

            if (length >= 4 && buffer[0] == question[0] && buffer[1] == question[1] && (buffer[3] & 0x0F) != 0)
            {
                // There is no such name, or the server does not know: an answer without records.
                return [.. question[..6], .. new byte[6], .. question[12..]];
            }
        }
    }
}
