using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Qrator.FilterNode.Admin;
using Qrator.FilterNode.Admin.Why;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Configuration.Binding;
using Qrator.FilterNode.Configuration.Reference;
using Qrator.FilterNode.Kernel;
using Qrator.FilterNode.Logging;
using Qrator.FilterNode.Metrics;
using Serilog;
using Serilog.Extensions.Logging;

namespace Qrator.FilterNode;

/// <summary>The command line: run, check the configuration, or ask a running node.</summary>
internal static partial class NodeCommand
{
    // Whenever somebody listens to it, the host begins an activity and a log scope for each request, which nobody reads.
    private const string HostingDiagnostics = "Microsoft.AspNetCore.Hosting.Diagnostics";

    private const int Success = 0;
    private const int CannotRun = 1;
    private const int BadConfiguration = 2;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments.Contains("--help") || arguments.Contains("-h"))
        {
            Console.Out.WriteLine(Usage);
            return Success;
        }

        if (arguments.Contains("--version"))
        {
            Console.Out.WriteLine(NodeMetrics.Version);
            return Success;
        }

        if (arguments.Contains("--print-schema"))
        {
            Console.Out.WriteLine(ConfigSchema.Create().ToJsonString(Indented));
            return Success;
        }

        if (arguments.Contains("--print-reference"))
        {
            Console.Out.Write(ConfigReference.Create());
            return Success;
        }

        if (arguments.Contains("--kernel-clean"))
        {
            return await KernelClean.RunAsync(new(Nft.InPath, TimeProvider.System));
        }

        if (arguments.Contains("--print-metrics"))
        {
            Console.Out.Write(MetricsReference.Create());
            return Success;
        }

        var environment = Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT") ?? Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") ?? "Production";
        ConfigurationFiles FilesWith(string[] settings) => new(Directory.GetCurrentDirectory(), environment, settings);
        if (arguments is ["why", .. var asked])
        {
            return await WhyCommand.RunAsync(asked, FilesWith);
        }

        if (arguments is ["ready", .. var asking])
        {
            return await ReadyCommand.RunAsync(FilesWith(asking));
        }

        var settings = arguments.Where(argument => argument != "--check-config").ToArray();
        var files = FilesWith(settings);
        return arguments.Contains("--check-config") ? Check(files) : await RunAsync(files, TimeProvider.System);
    }

    private const string Usage = """
        Qrator.FilterNode: a filtering reverse proxy.

          Qrator.FilterNode [--check-config] [--FilterNode:Key=value ...]
          Qrator.FilterNode --kernel-clean
          Qrator.FilterNode why ADDRESS [--service NAME]
          Qrator.FilterNode ready

        Reads appsettings.json and appsettings.{Environment}.json from the working directory.
          --check-config     check the configuration and exit: 0 good, 2 with every mistake
          --kernel-clean     remove the table inet filternode from the packet filter of the kernel and exit: 0 when it is
                             gone, also when there was none
          --print-schema     print the JSON schema of appsettings.json
          --print-reference  print the configuration reference
          --print-metrics    print the metrics reference
          --version          print the version
          why ADDRESS        ask the node that runs with this configuration on which lists an address is, why, and what
                             can be done; exit code 1 when it cannot be asked
          ready              ask it whether it takes traffic: 0 yes, 1 no
        """;

    private static int Check(ConfigurationFiles files)
    {
        var errors = new ConfigErrors();
        var config = new ConfigurationReader(files, TimeProvider.System).Read(errors, out _).Config;
        if (!errors.None)
        {
            return Refuse(errors.All);
        }

        Console.Out.WriteLine($"the configuration is good: {config.Listeners.Count} listeners, {config.Services.Count} services");
        return Success;
    }

    private static int Refuse(IReadOnlyList<ConfigError> errors)
    {
        foreach (var error in errors)
        {
            Console.Error.WriteLine(error);
        }

        return BadConfiguration;
    }

    private static async Task<int> RunAsync(ConfigurationFiles files, TimeProvider time)
    {
        var probe = new ConfigErrors();
        new ConfigurationReader(files, time).Read(probe, out var root);
        if (!probe.None)
        {
            return Refuse(probe.All);
        }

        await using var serilog = NodeLogging.Create(root);
        using var loggers = LoggerFactory.Create(logging => logging.ClearProviders().AddSerilog(serilog).AddFilter<SerilogLoggerProvider>(HostingDiagnostics, LogLevel.None));
        var logger = loggers.CreateLogger("Qrator.FilterNode");
        await using var node = new NodeHost(files, loggers, time);
        try
        {
            var errors = await node.StartAsync();
            if (errors.Count > 0)
            {
                return Refuse(errors);
            }
        }
        catch (IOException exception)
        {
            // An address in use or not of this machine; Kestrel's message names it.
            LogCannotStart(logger, exception.Message);
            return CannotRun;
        }

        StartMessage.Log(logger, node);
        await WaitForSignalAsync();
        var grace = node.Door.Current.Config.Shutdown.Grace;
        LogStopping(logger, grace.TotalSeconds);
        using var hurry = new CancellationTokenSource(grace, time);
        await node.StopAsync(hurry.Token);
        LogStopped(logger);
        return Success;
    }

    private static async Task WaitForSignalAsync()
    {
        var signalled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Signal(PosixSignalContext context)
        {
            // The default action would end the process before requests have finished.
            context.Cancel = true;
            signalled.TrySetResult();
        }

        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Signal);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Signal);
        await signalled.Task;
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "cannot start: {Reason}")]
    private static partial void LogCannotStart(Microsoft.Extensions.Logging.ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "stopping: no new connections; requests under way have {Seconds} s")]
    private static partial void LogStopping(Microsoft.Extensions.Logging.ILogger logger, double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "stopped")]
    private static partial void LogStopped(Microsoft.Extensions.Logging.ILogger logger);
}
