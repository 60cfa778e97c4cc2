using Qrator.FilterNode.Configuration.Binding;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Configuration;

/// <summary>
/// The one door through which a configuration comes into force: read all, check all, compile the whole new snapshot, swap one reference.
/// A mistake anywhere leaves everything as it was. Safe for any number of threads.
/// </summary>
internal sealed partial class ConfigurationDoor
{
    private readonly ConfigurationReader _reader;
    private readonly NodeStore _store;
    private readonly NodeClock _clock;
    private readonly ILogger _logger;
    private readonly Lock _applying = new();
    private NodeSnapshot? _current;
    private string _lastSaid = "";

    public ConfigurationDoor(ConfigurationReader reader, NodeStore store, NodeClock clock, ILogger<ConfigurationDoor> logger)
    {
        _reader = reader;
        _store = store;
        _clock = clock;
        _logger = logger;
    }

    /// <summary>The configuration in force. Set by the first <see cref="TryApply"/> that succeeds, which MUST come before any request.</summary>
    public NodeSnapshot Current => Volatile.Read(ref _current)!;

    /// <summary>How reloads went.</summary>
    public ReloadStatus Status { get; } = new();

    /// <summary>Reads the configuration and brings it into force if it is good.</summary>
    /// <returns>The mistakes; empty when it is in force.</returns>
    public IReadOnlyList<ConfigError> TryApply()
    {
        lock (_applying)
        {
            var errors = new ConfigErrors();
            var loaded = _reader.Read(errors, out _);
            if (errors.None)
            {
                Apply(loaded);
            }
            else if (_current is not null)
            {
                SayOnce(errors.All, LogRefused);
                Status.Refused(errors.All);
            }

            return errors.All;
        }
    }

    /// <summary>Ends the entries of causes that are not in force any more without a change of the configuration. Returns how many.</summary>
    public int Retire()
    {
        lock (_applying)
        {
            return SnapshotCompiler.Retire(Current, _store, _clock.Now);
        }
    }

    /// <summary>Reads the configuration anew when one of its files has changed.</summary>
    public void ApplyChange()
    {
        lock (_applying)
        {
            try
            {
                if (_reader.IsStale())
                {
                    TryApply();
                }
            }
            catch (Exception exception)
            {
                // Whatever it is, the configuration in force stays, and the next change is looked at like any other.
                var defect = new ConfigError("configuration", $"a defect of the node kept it from being read: {exception.GetType().Name}: {exception.Message}");
                SayOnce([defect], LogRefused);
                Status.Refused([defect]);
            }
        }
    }

    private void Apply(LoadedConfig loaded)
    {
        var config = loaded.Config;
        IReadOnlyList<ConfigError> kept = [];
        var before = _current;
        var running = before?.Config;
        var snapshot = SnapshotCompiler.Compile(
            running is null ? config : RestartOnly.Keep(running, config, out kept), loaded.Countries, _store, loaded.Pages, loaded.Certificates);
        Volatile.Write(ref _current, snapshot);
        var ended = SnapshotCompiler.Retire(snapshot, _store, _clock.Now);
        _lastSaid = "";
        if (running is not null)
        {
            LogApplied(snapshot.Services.Count, ended);
            foreach (var difference in kept)
            {
                LogNeedsRestart(difference);
            }
        }

        CertificateWarnings.Log(before, snapshot, _clock.UtcNow, _logger);
        Status.Applied(_clock.UtcNow, isReload: running is not null);
    }

    private void SayOnce(IReadOnlyList<ConfigError> errors, Action<ConfigError> say)
    {
        var text = string.Join('\n', errors);
        if (text != _lastSaid)
        {
            _lastSaid = text;
            foreach (var error in errors)
            {
                say(error);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "configuration reloaded: services={Services} entries_ended={Ended}")]
    private partial void LogApplied(int services, int ended);

    [LoggerMessage(Level = LogLevel.Error, Message = "configuration refused, the one before stays in force: {Error}")]
    private partial void LogRefused(ConfigError error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "configuration: {Difference}")]
    private partial void LogNeedsRestart(ConfigError difference);
}
