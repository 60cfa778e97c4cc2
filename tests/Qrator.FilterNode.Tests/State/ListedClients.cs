using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.State;

/// <summary>Has one client after the other listed by a node, as fast as it answers, and remembers when each was answered.</summary>
internal sealed class ListedClients
{
    private const int Senders = 8;

    private readonly ConcurrentQueue<(IPAddress Client, long Answered)> _answered = new();
    private int _next;

    /// <param name="first">The number of the first client; 10.0.0.0 and counting.</param>
    public ListedClients(int first) => _next = first;

    public int Next => Volatile.Read(ref _next);

    public int Count => _answered.Count;

    /// <summary>Those whose answer was there at a moment of <see cref="Stopwatch.GetTimestamp"/>.</summary>
    public IReadOnlyList<IPAddress> Before(long moment) => [.. _answered.Where(client => client.Answered < moment).Select(client => client.Client)];

    /// <summary>Goes on until the node is gone or <paramref name="most"/> clients are listed.</summary>
    public Task SendAsync(NodeProcess node, int most) => Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => Task.Run(async () =>
    {
        try
        {
            for (var number = Interlocked.Increment(ref _next); number <= most; number = Interlocked.Increment(ref _next))
            {
                var client = new IPAddress([10, (byte)(number >> 16), (byte)(number >> 8), (byte)number]);
                using var response = await AskAsync(node, client);
                response.StatusCode.ShouldBe(HttpStatusCode.OK);
                _answered.Enqueue((client, Stopwatch.GetTimestamp()));
            }
        }
        catch (HttpRequestException)
        {
            // It was killed.
            return;
        }
    })));

    public static async Task<HttpResponseMessage> AskAsync(NodeProcess node, IPAddress client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, node.Address);
        request.Headers.Add("X-Forwarded-For", client.ToString());
        return await node.Client.SendAsync(request);
    }
}
