using System.Text;
using Qrator.FilterNode.Lists;
using Qrator.FilterNode.Metrics;

namespace Qrator.FilterNode.Logging;

/// <summary>
/// One Information line for each list change, up to <see cref="LineBudget.PerSecond"/>; the number of those that got none is told with the
/// next. A line that a stranger brings about has at most <see cref="MostBytes"/> on the console, unless the names of the operator's own service and rule
/// are too long for that: what the stranger has sent gets the room that is left. The sink behind the logger is asynchronous and sheds what it cannot write.
/// </summary>
internal sealed partial class LogListJournal : IListJournal
{
    /// <summary>What one listing may cost of the log, with the time before the line and its end.</summary>
    public const int MostBytes = 200;

    private const string Cut = "...";

    // 2026-01-31T12:00:00.000+00:00 INF : service= list= client= source= rule= ttl=12345s request=, a space, and the end of the line. No rule lists for
    // longer than 8 hours.
    private const int Frame = 94;

    private readonly ILogger _logger;
    private readonly LineBudget _budget;

    public LogListJournal(ILogger<LogListJournal> logger, TimeProvider time) => (_logger, _budget) = (logger, new(time));

    public void Listed(ListingRecord record)
    {
        if (MayWrite())
        {
            var isForeign = record.Source is not (ListSource.Api or ListSource.Config);
            Write(
                record.Change, record.Service, ListMetrics.Word(record.List), record.Key.ToString(), record.Source, record.Rule, record.Ttl ?? TimeSpan.Zero, record.RequestId,
                record.Detail, isForeign);
        }
    }

    public void Limited(LimitRecord record)
    {
        if (!record.IsExcess && MayWrite())
        {
            Write(
                ListChange.Added, record.Service, "limited", record.Key.ToString(), ListSource.Rule, record.Rule,
                TimeSpan.FromTicks((record.Expires ?? record.Changed) - record.Changed), record.RequestId, record.Detail, isForeign: true);
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

    private void Write(
        ListChange change, string service, string list, string client, ListSource source, string rule, TimeSpan ttl, string requestId, string detail, bool isForeign)
    {
        var what = change == ListChange.Added ? "listed" : ListMetrics.Word(change);
        var from = ListMetrics.Word(source);
        var seconds = (int)Math.Round(ttl.TotalSeconds);
        if (isForeign)
        {
            var taken = Frame + what.Length + Encoding.UTF8.GetByteCount(service) + list.Length + client.Length + from.Length + Encoding.UTF8.GetByteCount(rule) + requestId.Length;
            detail = Short(detail, MostBytes - taken);
        }

        LogListed(what, service, list, client, from, rule, seconds, requestId, detail);
    }

    // The whole of it is in the answer of ip_status.
    private static string Short(string detail, int most)
    {
        if (Encoding.UTF8.GetByteCount(detail) <= most)
        {
            return detail;
        }

        var length = Math.Min(detail.Length, Math.Max(most - Cut.Length, 0));
        while (length > 0 && (char.IsHighSurrogate(detail[length - 1]) || Encoding.UTF8.GetByteCount(detail.AsSpan(0, length)) > most - Cut.Length))
        {
            length--;
        }

        return string.Concat(detail.AsSpan(0, length), Cut);
    }

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
        Message = "{Change}: service={Service} list={List} client={Client} source={Source} rule={Rule} ttl={TtlSeconds}s request={RequestId} {Detail}")]
    private partial void LogListed(
        string change, string service, string list, string client, string source, string rule, int ttlSeconds, string requestId, string detail);

    [LoggerMessage(Level = LogLevel.Information, Message = "list entry removed: service={Service} list={List} client={Client} source=api")]
    private partial void LogRemoved(string service, string list, string client);

    [LoggerMessage(Level = LogLevel.Information, Message = "list entries removed: service={Service} list={List} entries={Count} reason={Reason} rules={Rules}")]
    private partial void LogCleared(string service, string list, int count, string reason, int rules);

    [LoggerMessage(Level = LogLevel.Information, Message = "list changes without a line of their own: {Count}, over {PerSecond} in a second")]
    private partial void LogLeftOut(long count, int perSecond);
}
