namespace Qrator.FilterNode.Configuration;

/// <summary>
/// Looks at the configuration files twice a second and goes through the door when one has changed. Looking, instead of waiting for
/// notifications, sees every way of replacing a file (in place, by rename, through Kubernetes' links, on network file systems) alike.
/// </summary>
internal sealed class ConfigurationWatcher : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly ConfigurationDoor _door;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private Task _watching = Task.CompletedTask;

    public ConfigurationWatcher(ConfigurationDoor door, TimeProvider time)
    {
        _door = door;
        _time = time;
    }

    public void Start() => _watching = WatchAsync();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(Interval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                _door.ApplyChange();
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }
}
