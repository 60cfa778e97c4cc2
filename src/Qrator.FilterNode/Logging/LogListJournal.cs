using Qrator.FilterNode.Lists;
using Qrator.FilterNode.Metrics;

namespace Qrator.FilterNode.Logging;

/// <summary>
/// One Information line for each list change, up to <see cref="LineBudget.PerSecond"/>; the number of those that got none is told with the
/// next. The sink behind the logger is asynchronous and sheds what it cannot write.
/// </summary>
internal sealed partial class LogListJournal : IListJournal
{
    private const int LongestDetail = 64;

    private readonly ILogger _logger;
    private readonly LineBudget _budget;

    public LogListJournal(ILogger<LogListJournal> logger, TimeProvider time) => (_logger, _budget) = (logger, new(time));

    public void Listed(ListingRecord record)
    {
        if (MayWrite())
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
                Short(record));
        }
    }

    public void Limited(LimitRecord record)
    {
        if (!record.IsExcess && MayWrite())
        {
            LogListed(
                ListMetrics.Word(ListChange.Added),
                record.Service,
                "limited",
                record.Key.ToString(),
                ListMetrics.Word(ListSource.Rule),
                record.Rule,
                (int)Math.Round(TimeSpan.FromTicks((record.Expires ?? record.Changed) - record.Changed).TotalSeconds),
                record.RequestId,
                record.Detail);
        }
    }

    public void Removed(RemovalRecord record)
    {
        if (record.WasListed && MayWrite())
        {
            LogRemoved(record.Service, ListMetrics.Word(record.List), record.Key.ToString());
        }
    }

    public void Cleared(ClearingRecord record)
    {
        if (record.Count > 0 && MayWrite())
        {
            LogCleared(record.Service, ListMetrics.Word(record.List), record.Count, ListMetrics.Word(record.Reason), record.Causes.Count);
        }
    }

    // What a stranger has sent is cut, so that it cannot make the log long; the whole of it is in the answer of ip_status.
    private static string Short(ListingRecord record) =>
        record.Source is ListSource.Api or ListSource.Config || record.Detail.Length <= LongestDetail ? record.Detail : record.Detail[..LongestDetail] + "...";

    private bool MayWrite()
    {
        if (!_logger.IsEnabled(LogLevel.Information))
        {
            return false;
        }

        var may = _budget.TryTake(out var leftOut);
        if (leftOut > 0)
        {
            LogLeftOut(leftOut, LineBudget.PerSecond);
        }

        return may;
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

    [LoggerMessage(Level = LogLevel.Information, Message = "list changes without a line of their own: {Count}, over {PerSecond} in a second")]
    private partial void LogLeftOut(long count, int perSecond);
}
