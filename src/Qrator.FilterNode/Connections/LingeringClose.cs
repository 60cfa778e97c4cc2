using System.IO.Pipelines;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Guarding;
using Qrator.FilterNode.Offences;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Connections;

/// <summary>
/// Ends connections whose client may still be sending: the node's side first, and the rest after what the client sends was read and forgotten for a
/// while. A system that gets bytes for a closed socket answers with a reset, which takes from the client the answer that it has not read yet. Safe for
/// any number of threads.
/// </summary>
internal sealed class LingeringClose
{
    /// <summary>How many connections of the node may linger at once; those above are closed as they are, so that a flood gains nothing by it.</summary>
    private const int MostAtOnce = 1_000;

    /// <summary>What a client has on its way before it can know of the answer: 100 Mbit/s over 80 ms.</summary>
    private const int MostBytes = 1 << 20;

    // As long as Kestrel reads what is left of a body.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly ConfigurationDoor _door;
    private readonly NodeClock _clock;
    private readonly TimeProvider _time;
    private int _lingering;

    public LingeringClose(ConfigurationDoor door, NodeClock clock, TimeProvider time)
    {
        _door = door;
        _clock = clock;
        _time = time;
    }

    /// <summary>To be called when nothing more will be written. There is nothing to wait for, as a rule.</summary>
    public Task EndAsync(ConnectionFeature feature) => IsDue(feature) && !IsUnwanted(feature) ? LingerAsync(feature, feature.Transport.Input) : Task.CompletedTask;

    // The system ends a connection that is closed with bytes in it by a reset. Who is slow has nothing on its way, and on HTTP/2 answers leave long before their connection ends.
    private static bool IsDue(ConnectionFeature feature) =>
        feature is { IsReset: false, Guard: { InputEnded: false } guard }
        && (guard.HasUnread || feature.Socket.Available > 0 || feature.Violation is not (Violation.None or Violation.SlowHead or Violation.SlowBody or Violation.SlowReader));

    /// <summary>Whether the client is on the blacklist of a service that it had to do with.</summary>
    private bool IsUnwanted(ConnectionFeature feature)
    {
        var node = _door.Current;
        var client = node.Identity.Of(feature.Peer);
        var now = _clock.Now;
        foreach (var service in feature.Service is { } asked ? [asked] : node.Listeners[feature.Listener].MindingOffences)
        {
            if (service.IsBlacklisted(client) || service.Store.Lists.Blacklist.Contains(client, now))
            {
                return true;
            }
        }

        return false;
    }

    private async Task LingerAsync(ConnectionFeature feature, PipeReader input)
    {
        if (Interlocked.Increment(ref _lingering) <= MostAtOnce)
        {
            feature.Awaits(input);
            await using (_time.CreateTimer(static input => ((PipeReader)input!).CancelPendingRead(), input, Interval, Interval))
            {
                await DiscardAsync(input, feature);
            }
        }

        Interlocked.Decrement(ref _lingering);
    }

    private async ValueTask DiscardAsync(PipeReader input, ConnectionFeature feature)
    {
        var until = _clock.Now + Patience.Ticks;
        var left = (long)MostBytes;
        var ended = false;
        try
        {
            do
            {
                ended = ended || TryEndOutput(feature);
                var read = await input.ReadAsync(CancellationToken.None);
                left -= read.Buffer.Length;
                input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    return;
                }
            }
            while (left > 0 && _clock.Now < until && !feature.IsStopping);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // The client, or the node, has ended it.
            return;
        }
    }

    /// <summary>Says to the client that nothing more comes; false while the transport still has something to give to the system.</summary>
    private static bool TryEndOutput(ConnectionFeature feature)
    {
        if (!TcpProgress.TryRead(feature.Socket, out var progress) || progress.Acknowledged + progress.Pending < feature.Written)
        {
            return false;
        }

        feature.Socket.EndOutput();
        return true;
    }
}
