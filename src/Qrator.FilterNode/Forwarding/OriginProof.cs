using Qrator.FilterNode.Origins;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Forwarding;

/// <summary>Lets requests wait while no origin of their service has proved that it can be connected to. Safe for any number of threads.</summary>
internal sealed class OriginProof
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(200);

    private readonly NodeClock _clock;
    private readonly TimeProvider _time;

    public OriginProof(NodeClock clock, TimeProvider time)
    {
        _clock = clock;
        _time = time;
    }

    /// <summary>Waits for a sign of life of any origin.</summary>
    /// <param name="selector">The origins.</param>
    /// <param name="patience">How long at most: the time of an attempt to connect, in whose place it stands.</param>
    /// <param name="cancelled">Ends the wait.</param>
    /// <returns>False when time ran out or the last origin was set aside: an attempt has failed.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public async ValueTask<bool> WaitAsync(OriginSelector selector, TimeSpan patience, CancellationToken cancelled)
    {
        var until = _clock.Now + patience.Ticks;
        for (var pause = FirstPause; selector.IsUnproven(_clock.Now); pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            if (_clock.Now >= until)
            {
                return false;
            }

            await Task.Delay(pause, _time, cancelled);
        }

        return selector.IsAnyAvailable;
    }
}
