using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Pages;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Maintenance;

/// <summary>Whether the visitors of a service are kept out, and what they get. Immutable except for the store it points to. Safe for any number of threads.</summary>
public sealed class MaintenanceSnapshot
{
    private readonly MaintenanceStore _store;
    private readonly bool _enabled;
    private readonly int _retryAfterSeconds;

    internal MaintenanceSnapshot(MaintenanceConfig config, PageTemplate? page, MaintenanceStore store)
    {
        _store = store;
        _enabled = config.Enabled;
        _retryAfterSeconds = WholeSeconds(config.RetryAfter.Ticks);
        Page = page;
        RedirectTo = config.RedirectTo;
    }

    /// <summary>The customer's page; null for the one of status 503.</summary>
    public PageTemplate? Page { get; }

    /// <summary>Where visitors are sent instead; null for nowhere.</summary>
    public RedirectTarget? RedirectTo { get; }

    /// <summary>Whether visitors are kept out now, because the configuration says so or because it was switched on meanwhile.</summary>
    /// <param name="clock">The time.</param>
    /// <param name="retryAfterSeconds">When they may come again: the configured time, or what is left until the end, at least 1.</param>
    public bool IsOn(NodeClock clock, out int retryAfterSeconds)
    {
        retryAfterSeconds = _enabled ? _retryAfterSeconds : 0;
        var until = _store.Until;
        if (until > 0)
        {
            var left = until - clock.Now;
            retryAfterSeconds = left > 0 ? Math.Max(retryAfterSeconds, WholeSeconds(left)) : retryAfterSeconds;
        }

        return retryAfterSeconds > 0;
    }

    // Rounded up: who comes at that time finds the service open.
    private static int WholeSeconds(long ticks) =>
        (int)Math.Min(int.MaxValue, (ticks / TimeSpan.TicksPerSecond) + (ticks % TimeSpan.TicksPerSecond > 0 ? 1 : 0));
}
