using System.Reflection;
using System.Runtime.InteropServices;
using Qrator.FilterNode.AccessLogs;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Connections;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Kernel;
using Qrator.FilterNode.Offences;
using Qrator.FilterNode.State;
using Qrator.FilterNode.Statistics;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Metrics;

/// <summary>All series of the node, read from the stores at scrape time. Labels come from the configuration or are fixed words. Safe for any number of threads.</summary>
internal sealed class NodeMetrics
{
    /// <summary>The label of requests that belong to no service; no service can have this name.</summary>
    public const string NoService = "-";

    private static readonly Outcome[] Outcomes = Enum.GetValues<Outcome>();

    private readonly ConfigurationDoor _door;
    private readonly NodeStore _store;
    private readonly IReadOnlyList<ListenerStore> _listeners;
    private readonly FrameworkMeters _meters;
    private readonly NodeClock _clock;
    private readonly AccessLogStatus _accessLog;
    private readonly StateStatus? _state;
    private readonly KernelStatus _kernel;
    private MetricsWriter? _spare;

    public NodeMetrics(
        ConfigurationDoor door, NodeStore store, IReadOnlyList<ListenerStore> listeners, FrameworkMeters meters, NodeClock clock,
        AccessLogStatus accessLog, StateStatus? state, KernelStatus kernel)
    {
        _door = door;
        _store = store;
        _listeners = listeners;
        _meters = meters;
        _clock = clock;
        _accessLog = accessLog;
        _state = state;
        _kernel = kernel;
    }

    /// <summary>All of it in the text format, to be disposed of when it was sent.</summary>
    public MetricsPage Read() => Read(_door.Current);

    /// <summary>All of it in the text format.</summary>
    public string Text() => Text(_door.Current);

    /// <summary>The same of a configuration that may not be the one in force.</summary>
    public string Text(NodeSnapshot node)
    {
        using var page = Read(node);
        return page.ToString();
    }

    /// <summary>The memory of a page may be used for the next.</summary>
    internal void GiveBack(MetricsWriter writer) => Volatile.Write(ref _spare, writer);

    private MetricsPage Read(NodeSnapshot node)
    {
        var writer = Interlocked.Exchange(ref _spare, null) ?? new();
        writer.Clear();
        Write(writer, node);
        return new(this, writer);
    }

    private void Write(MetricsWriter writer, NodeSnapshot node)
    {
        WriteRequests(writer, node);
        DurationMetrics.Write(writer, node);
        TrafficMetrics.Write(writer, node, _store.Unassigned);
        WriteRules(writer, node);
        ListMetrics.Write(writer, node);
        OriginMetrics.Write(writer, node);
        WriteBodies(writer, node);
        WriteConnections(writer);
        CertificateMetrics.Write(writer, node, _clock.UtcNow);
        WriteViolations(writer);
        BehaviorMetrics.Write(writer, node);
        WriteConfiguration(writer);
        _accessLog.Write(writer);
        _state?.Write(writer);
        if (node.Config.Kernel.Enabled)
        {
            _kernel.Write(writer);
        }

        _meters.Write(writer);
        ProcessMetrics.Write(writer);
    }

    private void WriteRequests(MetricsWriter writer, NodeSnapshot node)
    {
        var counters = node.Services.Select(service => (service.Name, service.Store.Requests)).Append((NoService, _store.Unassigned)).ToList();
        writer.Family("filternode_requests_total", "counter", "Requests by how they ended.");
        foreach (var (service, requests) in counters)
        {
            foreach (var outcome in Outcomes)
            {
                if (BelongsToNoService(outcome) == (service == NoService) || outcome == Outcome.BadRequest || requests.Of(outcome) > 0)
                {
                    writer.Sample(requests.Of(outcome), ("service", service), ("outcome", OutcomeLabel.Of(outcome)));
                }
            }
        }

        writer.Family("filternode_responses_total", "counter", "Responses by status code, the origin's and the node's own.");
        foreach (var (service, requests) in counters)
        {
            foreach (var (code, count) in requests.Responses())
            {
                writer.Sample(count, ("service", service), ("code", code.ToString(System.Globalization.CultureInfo.InvariantCulture)));
            }
        }
    }

    private static bool BelongsToNoService(Outcome outcome) => outcome is Outcome.UnknownHost;

    private static void WriteRules(MetricsWriter writer, NodeSnapshot node)
    {
        writer.Family("filternode_rule_hits_total", "counter", "Matches of rules; those in shadow mode had no effect.");
        foreach (var service in node.Services)
        {
            foreach (var (filter, rule) in service.Rules)
            {
                var hits = service.Store.RuleCounter(filter, rule);
                var word = ListMetrics.Word(filter);
                writer.Sample(hits.Enforced, ("service", service.Name), ("filter", word), ("rule", rule), ("mode", "enforced"));
                writer.Sample(hits.Shadow, ("service", service.Name), ("filter", word), ("rule", rule), ("mode", "shadow"));
            }
        }
    }

    private static void WriteBodies(MetricsWriter writer, NodeSnapshot node)
    {
        writer.Family("filternode_inflight_body_bytes", "gauge", "Bytes of request bodies in flight.");
        foreach (var service in node.Services)
        {
            writer.Sample(service.Store.Bodies.InFlight, ("service", service.Name));
        }
    }

    private void WriteConnections(MetricsWriter writer)
    {
        writer.Family("filternode_connections", "gauge", "Connections open now.");
        foreach (var listener in _listeners)
        {
            writer.Sample(listener.Open, ("listener", listener.Name));
        }

        writer.Family("filternode_connections_total", "counter", "Connections accepted.");
        foreach (var listener in _listeners)
        {
            writer.Sample(listener.Total, ("listener", listener.Name));
        }

        writer.Family("filternode_connections_dropped_total", "counter", "Connections that the node ended at accept, or while no request was in progress.");
        foreach (var listener in _listeners)
        {
            foreach (var reason in Enum.GetValues<DropReason>())
            {
                writer.Sample(listener.Dropped(reason), ("listener", listener.Name), ("reason", DropReasonLabel.Of(reason)));
            }
        }

        writer.Family("filternode_accept_failures_total", "counter", "Failures to accept a waiting connection, mostly for want of file descriptors.");
        foreach (var listener in _listeners)
        {
            writer.Sample(listener.AcceptFailures, ("listener", listener.Name));
        }
    }

    private void WriteViolations(MetricsWriter writer)
    {
        writer.Family("filternode_protocol_violations_total", "counter", "Connections whose client broke the protocol, by the first way it did.");
        foreach (var listener in _listeners)
        {
            foreach (var violation in Enum.GetValues<Violation>().Where(violation => violation != Violation.None))
            {
                writer.Sample(listener.Violations(violation), ("listener", listener.Name), ("reason", ViolationText.Label(violation)));
            }
        }
    }

    private void WriteConfiguration(MetricsWriter writer)
    {
        var status = _door.Status;
        writer.Family("filternode_config_reloads_total", "counter", "Reloads of the configuration.");
        writer.Sample(status.AppliedCount, ("result", "success"));
        writer.Sample(status.RefusedCount, ("result", "failure"));
        writer.Family("filternode_config_last_reload_successful", "gauge", "1 when the configuration in the files is the one in force, 0 when it was refused.");
        writer.Sample(status.Errors.Count == 0 ? 1 : 0);
        writer.Family("filternode_config_last_reload_timestamp_seconds", "gauge", "When the configuration in force was read.");
        writer.Sample(status.LastAppliedUnixSeconds);
        writer.Family("filternode_build_info", "gauge", "Always 1; the labels tell the version.");
        writer.Sample(1, ("version", Version), ("runtime", RuntimeInformation.FrameworkDescription));
    }

    /// <summary>The version of the node.</summary>
    public static string Version { get; } =
        typeof(NodeMetrics).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
