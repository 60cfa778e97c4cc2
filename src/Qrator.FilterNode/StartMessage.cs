using System.Runtime.InteropServices;
using Qrator.FilterNode.Metrics;

namespace Qrator.FilterNode;

/// <summary>The lines at start: what runs where, and what to try.</summary>
internal static partial class StartMessage
{
    public static void Log(ILogger logger, NodeHost node)
    {
        var config = node.Door.Current.Config;
        LogVersion(logger, NodeMetrics.Version, RuntimeInformation.FrameworkDescription, Environment.ProcessId);
        for (var i = 0; i < node.Addresses.Count; i++)
        {
            LogListener(logger, node.Addresses[i], string.Join(", ", config.Listeners[i].Services ?? ["all services"]));
        }

        foreach (var service in node.Door.Current.Services)
        {
            LogService(logger, service.Name, string.Join(", ", service.Config.Hosts), string.Join(", ", service.Config.Origins), service.Rules.Count());
        }

        if (node.MostConnections < config.Limits.Connections)
        {
            LogFewDescriptors(logger, node.MostConnections, config.Limits.Connections);
        }

        LogAdmin(logger, node.AdminAddress!);
        if (config.DemoOrigin is { } demo)
        {
            LogDemo(logger, demo.Address);
            LogTry(logger, $"curl -i {node.Addresses[0]}   passes to the origin");
            LogTry(logger, $"curl -i -A BadBot {node.Addresses[0]}   passes once and puts you on the blacklist; the next request is dropped");
            LogTry(logger, $"curl -i -A FriendlyTester {node.Addresses[0]}   puts you on the whitelist, which comes first");
            LogTry(logger, $"curl -s {node.AdminAddress}metrics | grep filternode_");
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Qrator.FilterNode {Version} on {Runtime}, process {ProcessId}")]
    private static partial void LogVersion(ILogger logger, string version, string runtime, int processId);

    [LoggerMessage(Level = LogLevel.Information, Message = "listening on {Address} for {Services}")]
    private static partial void LogListener(ILogger logger, Uri address, string services);

    [LoggerMessage(Level = LogLevel.Information, Message = "service {Service}: hosts {Hosts} -> origins {Origins}, rules {Rules}")]
    private static partial void LogService(ILogger logger, string service, string hosts, string origins, int rules);

    [LoggerMessage(Level = LogLevel.Warning, Message = "the system allows file descriptors for {Most} connections only, not for the {Configured} of Limits:Connections; raise LimitNOFILE or ulimit -n")]
    private static partial void LogFewDescriptors(ILogger logger, int most, int configured);

    [LoggerMessage(Level = LogLevel.Information, Message = "metrics on {Address}metrics, health on {Address}healthz and readyz")]
    private static partial void LogAdmin(ILogger logger, Uri address);

    [LoggerMessage(Level = LogLevel.Information, Message = "demo origin on {Address}")]
    private static partial void LogDemo(ILogger logger, object address);

    [LoggerMessage(Level = LogLevel.Information, Message = "try: {Command}")]
    private static partial void LogTry(ILogger logger, string command);
}
