using Microsoft.Extensions.Logging.Abstractions;
using Qrator.FilterNode.AccessLogs;
using Qrator.FilterNode.Behavior;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Configuration.Binding;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.HeaderRules;
using Qrator.FilterNode.Lists;
using Qrator.FilterNode.Origins;
using Qrator.FilterNode.State;
using Qrator.FilterNode.Statistics;
using Qrator.FilterNode.Time;
using Qrator.FilterNode.UserRules;
using Qrator.FilterNode.UserRules.Conditions;

namespace Qrator.FilterNode.Metrics;

/// <summary>A node that never runs, in which everything has happened once, so that every series of the node is written.</summary>
internal static class MetricsSpecimen
{
    private const string ServiceName = "shop";
    private const string Listener = "0.0.0.0:8080";

    /// <summary>What its <c>/metrics</c> say.</summary>
    public static string Text()
    {
        var clock = new NodeClock(TimeProvider.System);
        var store = new NodeStore(new ListJournals());
        var config = new FilterNodeConfig
        {
            Listeners = [new() { Address = Parse<ListenAddress>(Listener) }],
            Kernel = new() { Enabled = true },
            Services = new Dictionary<string, ServiceConfig>
            {
                [ServiceName] = new()
                {
                    Hosts = [Parse<HostPattern>("*")],
                    Origins = [Parse<OriginAddress>("203.0.113.10:80")],
                    HeaderFilter = new() { Rules = [new() { Id = "bad-agent", Test = HeaderTest.IsEmpty, List = ListKind.Blacklist }] },
                    UserRules = new() { Rules = [new() { Id = "slow", Action = UserRuleAction.Blacklist, When = new() { Property = ConditionProperty.Duration, Operator = Parse<OperatorText>(">"), Value = "00:00:01" } }] },
                    Behavior = new() { Mode = BehaviorMode.Shadow },
                },
            },
        };
        var certificates = new Dictionary<string, IServiceCertificate> { [ServiceName] = new Certificate() };
        var node = SnapshotCompiler.Compile(config, countries: null, store, certificates: certificates);
        LetAllHappen(store, node.Services[0]);
        var door = new ConfigurationDoor(
            new(new(AppContext.BaseDirectory, "", []), TimeProvider.System), store, clock, NullLogger<ConfigurationDoor>.Instance);
        return new NodeMetrics(door, store, [new(Listener)], new(), clock, new AccessLogStatus(), new StateStatus(new(1)), new([Listener])).Text(node);
    }

    private static void LetAllHappen(NodeStore store, ServiceSnapshot service)
    {
        foreach (var outcome in Enum.GetValues<Outcome>())
        {
            (outcome == Outcome.UnknownHost ? store.Unassigned : service.Store.Requests).Count(outcome);
        }

        service.Store.Requests.CountResponse(StatusCodes.Status200OK);
        foreach (var reason in OriginFailure.All)
        {
            service.Origins[0].Store.CountFailure(reason);
        }
    }

    private static T Parse<T>(string text)
        where T : IConfigText<T> => T.TryParse(text, out var value, out var problem) ? value : throw new FormatException(problem);

    private sealed class Certificate : IServiceCertificate
    {
        public DateTimeOffset ValidFrom => DateTimeOffset.UnixEpoch;

        public DateTimeOffset ValidUntil => DateTimeOffset.UnixEpoch;
    }
}
