using Qrator.FilterNode.Connections;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Offences;
using Qrator.FilterNode.Statistics;

namespace Qrator.FilterNode.Logging;

/// <summary>
/// Says once a minute what strangers have brought about that gets no line of its own: one line for each reason that was counted since the last time, and
/// none in a quiet minute. One thread at a time.
/// </summary>
internal sealed partial class RefusalSummary
{
    /// <summary>How often to <see cref="Tell"/>.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private static readonly Outcome[] Refusals = [Outcome.Blacklisted, Outcome.RateLimited, Outcome.BodyLimit, Outcome.BadRequest, Outcome.UnknownHost, Outcome.ClientAborted];
    private static readonly DropReason[] Drops = Enum.GetValues<DropReason>();
    private static readonly Violation[] Violations = [.. Enum.GetValues<Violation>().Where(violation => violation != Violation.None)];

    private readonly Dictionary<(string What, string Reason), long> _told = [];
    private readonly NodeStore _store;
    private readonly IReadOnlyList<ListenerStore> _listeners;
    private readonly ILogger _logger;

    public RefusalSummary(NodeStore store, IReadOnlyList<ListenerStore> listeners, ILogger<RefusalSummary> logger)
    {
        _store = store;
        _listeners = listeners;
        _logger = logger;
    }

    /// <summary>Says what is new.</summary>
    public void Tell()
    {
        foreach (var outcome in Refusals)
        {
            TellOf("requests", OutcomeLabel.Of(outcome), _store.Services.Sum(service => service.Requests.Of(outcome)) + _store.Unassigned.Of(outcome));
        }

        foreach (var reason in Drops)
        {
            TellOf("connections dropped", DropReasonLabel.Of(reason), _listeners.Sum(listener => listener.Dropped(reason)));
        }

        foreach (var violation in Violations)
        {
            TellOf("protocol violations", ViolationText.Label(violation), _listeners.Sum(listener => listener.Violations(violation)));
        }
    }

    private void TellOf(string what, string reason, long count)
    {
        // The count falls when a service leaves the configuration.
        var more = count - _told.GetValueOrDefault((what, reason));
        _told[(what, reason)] = count;
        if (more > 0)
        {
            LogMore(what, reason, more);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "in the last minute: {What} {Reason}: {Count}")]
    private partial void LogMore(string what, string reason, long count);
}
