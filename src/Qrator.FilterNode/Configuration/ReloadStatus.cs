namespace Qrator.FilterNode.Configuration;

/// <summary>How reloads went, for metrics and the API. Safe for any number of threads.</summary>
internal sealed class ReloadStatus
{
    private long _applied;
    private long _refused;
    private long _lastAppliedUnixMilliseconds;
    private IReadOnlyList<ConfigError> _errors = [];

    /// <summary>Reloads that came into force.</summary>
    public long AppliedCount => Volatile.Read(ref _applied);

    /// <summary>Reloads that were refused.</summary>
    public long RefusedCount => Volatile.Read(ref _refused);

    /// <summary>When the configuration in force was applied, in seconds since 1970.</summary>
    public double LastAppliedUnixSeconds => Volatile.Read(ref _lastAppliedUnixMilliseconds) / 1000.0;

    /// <summary>The mistakes of the last reload; empty when it came into force.</summary>
    public IReadOnlyList<ConfigError> Errors => Volatile.Read(ref _errors);

    public void Applied(DateTimeOffset now, bool isReload)
    {
        Interlocked.Add(ref _applied, isReload ? 1 : 0);
        Volatile.Write(ref _lastAppliedUnixMilliseconds, now.ToUnixTimeMilliseconds());
        Volatile.Write(ref _errors, []);
    }

    public void Refused(IReadOnlyList<ConfigError> errors)
    {
        Interlocked.Increment(ref _refused);
        Volatile.Write(ref _errors, errors);
    }
}
