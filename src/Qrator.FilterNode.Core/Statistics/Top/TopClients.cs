using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Statistics.Top;

/// <summary>
/// Who is it: the heaviest clients of a service in the last two to four minutes, by each <see cref="ClientMeasure"/>. Fixed memory, about 45 KB a measure,
/// taken when the first client is counted by it. Counting allocates nothing else and takes tens of nanoseconds. Safe for any number of threads.
/// </summary>
public sealed class TopClients
{
    /// <summary>How long a window lasts; two of them count.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(2);

    private readonly ClientSummary?[] _summaries = new ClientSummary?[Enum.GetValues<ClientMeasure>().Length];
    private long _turned = long.MinValue;
    private long _from = long.MinValue;

    /// <summary>Counts the end of a request.</summary>
    /// <param name="client">The client.</param>
    /// <param name="isError">Whether it counts by <see cref="ClientMeasure.Errors"/>.</param>
    /// <param name="originTicks">What it adds to <see cref="ClientMeasure.OriginTime"/>.</param>
    public void CountRequest(in ClientKey client, bool isError, long originTicks)
    {
        Of(ClientMeasure.Requests).Add(client, 1);
        if (isError)
        {
            Of(ClientMeasure.Errors).Add(client, 1);
        }

        if (originTicks > 0)
        {
            Of(ClientMeasure.OriginTime).Add(client, originTicks);
        }
    }

    /// <summary>Counts bytes.</summary>
    public void CountBytes(in ClientKey client, long bytes)
    {
        if (bytes > 0)
        {
            Of(ClientMeasure.Bytes).Add(client, bytes);
        }
    }

    /// <summary>Begins new windows when it is time. To be called about once a second, by one thread.</summary>
    /// <param name="now">Now, in ticks of the node's clock.</param>
    public void Turn(long now)
    {
        if (_turned == long.MinValue)
        {
            Volatile.Write(ref _turned, now);
            Volatile.Write(ref _from, now);
            return;
        }

        var windows = (now - _turned) / Window.Ticks;
        if (windows > 0)
        {
            // After a long sleep both are old.
            for (var i = 0; i < Math.Min(windows, 2); i++)
            {
                TurnAll();
            }

            Volatile.Write(ref _from, windows == 1 ? _turned : now);
            Volatile.Write(ref _turned, now);
        }
    }

    /// <summary>The heaviest clients by a measure, the heaviest first; the weight of all clients; and for how long was counted.</summary>
    /// <param name="measure">By what.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="now">Now, in ticks of the node's clock.</param>
    public (IReadOnlyList<TopClient> Clients, long Total, TimeSpan Span) Top(ClientMeasure measure, int count, long now)
    {
        var (clients, total) = Volatile.Read(ref _summaries[(int)measure])?.Top(count) ?? ([], 0);
        var from = Volatile.Read(ref _from);
        return (clients, total, from == long.MinValue ? TimeSpan.Zero : TimeSpan.FromTicks(now - from));
    }

    private ClientSummary Of(ClientMeasure measure) => Volatile.Read(ref _summaries[(int)measure]) ?? Make(measure);

    private ClientSummary Make(ClientMeasure measure)
    {
        var made = new ClientSummary();
        return Interlocked.CompareExchange(ref _summaries[(int)measure], made, null) ?? made;
    }

    private void TurnAll()
    {
        for (var i = 0; i < _summaries.Length; i++)
        {
            Volatile.Read(ref _summaries[i])?.Turn();
        }
    }
}
