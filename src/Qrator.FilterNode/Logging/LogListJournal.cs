using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Lists;
using Qrator.FilterNode.Metrics;

namespace Qrator.FilterNode.Logging;

/// <summary>One Information line for each list change. The sink behind the logger is asynchronous and sheds what it cannot write.</summary>
internal sealed partial class LogListJournal : IListJournal
{
    private readonly ILogger _logger;

    public LogListJournal(ILogger<LogListJournal> logger) => _logger = logger;

    /// <summary>How clients are written; known once the configuration is.</summary>
    public ClientIdentity Identity { get; set; } = new(64);

    public void Listed(ListingRecord record)
    {
        if (_logger.IsEnabled(LogLevel.Information))
        {
            LogListed(
                ListMetrics.Word(record.Change),
                record.Service,
                ListMetrics.Word(record.List),
                Identity.Format(record.Client),
                ListMetrics.Word(record.Source),
                record.Rule,
                (int)Math.Round(record.Ttl.TotalSeconds),
                record.RequestId,
                record.Detail);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "list entry {Change}: service={Service} list={List} client={Client} source={Source} rule={Rule} ttl={TtlSeconds}s request={RequestId} because {Detail}")]
    private partial void LogListed(
        string change, string service, string list, string client, string source, string rule, int ttlSeconds, string requestId, string detail);
}
