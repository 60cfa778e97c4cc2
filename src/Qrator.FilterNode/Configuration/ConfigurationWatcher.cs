namespace Qrator.FilterNode.Configuration;

/// <summary>
/// Looks at the configuration files twice a second and goes through the door when one has changed. Looking, instead of waiting for
/// notifications, sees every way of replacing a file (in place, by rename, through Kubernetes' links, on network file systems) alike.
/// </summary>
internal sealed class ConfigurationWatcher : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly ConfigurationFiles _files;
    private readonly ConfigurationDoor _door;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private Dictionary<string, FileState> _seen = [];
    private Task _watching = Task.CompletedTask;

    public ConfigurationWatcher(ConfigurationFiles files, ConfigurationDoor door, TimeProvider time)
    {
        _files = files;
        _door = door;
        _time = time;
        Remember(Observe());
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
                Look();
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }

    private void Look()
    {
        // Taken before the files are read: a write that falls in between is seen by the next look.
        var now = Observe();
        var changed = now.Any(state => _seen.TryGetValue(state.Path, out var earlier) && state.DiffersFrom(earlier));
        Remember(now);
        if (changed)
        {
            _door.TryApply();

            // Files that are named only now begin as what was just read.
            Remember(Observe());
        }
    }

    private IReadOnlyList<FileState> Observe()
    {
        var now = _time.GetUtcNow();
        return [.. _files.Paths.Concat(_door.NamedFiles).Distinct().Select(path => FileState.Of(path, now))];
    }

    private void Remember(IReadOnlyList<FileState> states) => _seen = states.ToDictionary(state => state.Path);
}
