using Qrator.FilterNode.Lists;
using Qrator.FilterNode.Metrics;

namespace Qrator.FilterNode.Logging;

/// <summary>One Information line for each list change. The sink behind the logger is asynchronous and sheds what it cannot write.</summary>
internal sealed partial class LogListJournal : IListJournal
{
    private readonly ILogger _logger;

    public LogListJournal(ILogger<LogListJournal> logger) => _logger = logger;

    public void Listed(ListingRecord record)
    {
        if (_logger.IsEnabled(LogLevel.Information))
        {
            LogListed(
                ListMetrics.Word(record.Change),
                record.Service,
                ListMetrics.Word(record.List),
                record.Key.ToString(),
                ListMetrics.Word(record.Source),
                record.Rule,
                (int)Math.Round(record.Ttl?.TotalSeconds ?? 0),
                record.RequestId,
                record.Detail);
        }
    }

    public void Removed(RemovalRecord record)
    {
        if (record.WasListed && _logger.IsEnabled(LogLevel.Information))
        {
            LogRemoved(record.Service, ListMetrics.Word(record.List), record.Key.ToString());
        }
    }

    public void Cleared(ClearingRecord record)
    {
        if (record.Count > 0 && _logger.IsEnabled(LogLevel.Information))
        {
            LogCleared(record.Service, ListMetrics.Word(record.List), record.Count, ListMetrics.Word(record.Reason), record.Causes.Count);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "list entry {Change}: service={Service} list={List} client={Client} source={Source} rule={Rule} ttl={TtlSeconds}s request={RequestId} because {Detail}")]
    private partial void LogListed(
        string change, string service, string list, string client, string source, string rule, int ttlSeconds, string requestId, string detail);

    [LoggerMessage(Level = LogLevel.Information, Message = "list entry removed: service={Service} list={List} client={Client} source=api")]
    private partial void LogRemoved(string service, string list, string client);

    [LoggerMessage(Level = LogLevel.Information, Message = "list entries removed: service={Service} list={List} entries={Count} reason={Reason} rules={Rules}")]
    private partial void LogCleared(string service, string list, int count, string reason, int rules);
}
