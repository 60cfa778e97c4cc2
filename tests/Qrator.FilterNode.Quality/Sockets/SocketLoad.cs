using System.Diagnostics;

namespace Qrator.FilterNode.Quality.Sockets;

/// <summary>Requests at an even rate, each with when it was sent and whether it was answered. What a machine that stood still has not sent is not made up for.</summary>
internal sealed class SocketLoad(double rate, Func<int, Task<string>> ask)
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(0.2);

    private readonly List<(TimeSpan At, string Answer)> _requests = [];

    /// <summary>Sends until it is over, and waits for the answers.</summary>
    /// <param name="clock">What the times are counted by.</param>
    /// <param name="over">When it is.</param>
    public async Task SendAsync(Stopwatch clock, CancellationToken over)
    {
        var asked = new List<Task>();
        var due = clock.Elapsed;
        for (var i = 0; !over.IsCancellationRequested; i++)
        {
            var now = clock.Elapsed;
            if (due > now)
            {
                await Task.Delay(due - now, CancellationToken.None);
            }

            asked.Add(CountAsync(clock.Elapsed, ask(i)));
            due = (now - due > LongestDelay ? now : due) + TimeSpan.FromSeconds(1 / rate);
        }

        await Task.WhenAll(asked);
    }

    /// <summary>The requests of some time, and how many of them were answered.</summary>
    public (int Sent, int Answered) Between(TimeSpan begin, TimeSpan end)
    {
        lock (_requests)
        {
            var those = _requests.Where(request => request.At >= begin && request.At < end).ToList();
            return (those.Count, those.Count(request => request.Answer == SocketClient.Good));
        }
    }

    /// <summary>What became of the requests that were not answered as they should be, with the seconds.</summary>
    public string Failures()
    {
        lock (_requests)
        {
            return string.Join("; ", _requests
                .Where(request => request.Answer != SocketClient.Good)
                .GroupBy(request => request.Answer)
                .Select(group => FormattableString.Invariant($"{group.Count()} {group.Key} from second {group.Min(request => request.At.TotalSeconds):0.0} to {group.Max(request => request.At.TotalSeconds):0.0}")));
        }
    }

    private async Task CountAsync(TimeSpan at, Task<string> asking)
    {
        var answer = await asking;
        lock (_requests)
        {
            _requests.Add((at, answer));
        }
    }
}
