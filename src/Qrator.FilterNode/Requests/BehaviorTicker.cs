using Qrator.FilterNode.Behavior;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Requests;

/// <summary>Lets the detection of attacks decide about each half second, and says in the log what it has to say.</summary>
internal sealed partial class BehaviorTicker
{
    private readonly ConfigurationDoor _door;
    private readonly NodeStore _store;
    private readonly NodeClock _clock;
    private readonly ILogger _logger;

    public BehaviorTicker(ConfigurationDoor door, NodeStore store, NodeClock clock, ILogger<BehaviorTicker> logger)
    {
        _door = door;
        _store = store;
        _clock = clock;
        _logger = logger;
    }

    /// <summary>One decision for each service, to come each <see cref="BehaviorStore.TickInterval"/>. One thread at a time.</summary>
    public void Tick()
    {
        var lapsed = false;
        foreach (var service in _store.Services)
        {
            foreach (var report in service.Behavior.Tick(_clock.Now, _clock.UtcNow))
            {
                Say(service.Name, report);
            }

            lapsed |= service.Behavior.HasLapsed();
        }

        if (lapsed)
        {
            EndEntries();
        }
    }

    private void EndEntries()
    {
        if (_door.Retire() is > 0 and var ended)
        {
            LogEnded(ended);
        }
    }

    private void Say(string service, BehaviorReport report)
    {
        if (report.Event == BehaviorEvent.BudgetSpent)
        {
            LogWarning(service, report.Event, report.Text);
        }
        else
        {
            LogReport(service, report.Event, report.Text);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "detection: service={Service} {Event}: {Text}")]
    private partial void LogReport(string service, BehaviorEvent @event, string text);

    [LoggerMessage(Level = LogLevel.Information, Message = "detection: entries_ended={Ended} of a service whose mode is Off")]
    private partial void LogEnded(int ended);

    [LoggerMessage(Level = LogLevel.Warning, Message = "detection: service={Service} {Event}: {Text}")]
    private partial void LogWarning(string service, BehaviorEvent @event, string text);
}
