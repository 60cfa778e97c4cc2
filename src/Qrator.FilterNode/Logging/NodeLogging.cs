using Serilog;
using Serilog.Events;
using Serilog.Settings.Configuration;

namespace Qrator.FilterNode.Logging;

/// <summary>The log: Serilog, one line an event, to the console unless the section <c>Serilog</c> says otherwise.</summary>
internal static class NodeLogging
{
    private const string Line = "{Timestamp:yyyy-MM-ddTHH:mm:ss.fffzzz} {Level:u3} {Message:lj}{NewLine}{Exception}";
    private const int WaitingLines = 10_000;

    /// <summary>
    /// Makes the logger. Lines wait in a bounded queue for the console, which may be slower than an attack; what does not fit is lost rather
    /// than waited for.
    /// </summary>
    public static Serilog.Core.Logger Create(IConfiguration configuration)
    {
        var logger = new LoggerConfiguration()
            .MinimumLevel.Information()
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)

            // Says with a stack trace what the node says in one line.
            .MinimumLevel.Override("Microsoft.Extensions.Hosting", LogEventLevel.Fatal)

            // What strangers can cause comes from these, with stack traces; it is counted instead.
            .MinimumLevel.Override("Microsoft.AspNetCore.Server.Kestrel", LogEventLevel.Error)
            .MinimumLevel.Override("Yarp.ReverseProxy", LogEventLevel.Fatal)

            // A flood of frames is a critical event to Kestrel, one line for each connection.
            .Filter.ByExcluding(Serilog.Filters.Matching.FromSource("Microsoft.AspNetCore.Server.Kestrel.Http2"));

        // Named, because in a published single file there are no assemblies to search for sinks.
        var sinks = new ConfigurationReaderOptions(
            typeof(ConsoleLoggerConfigurationExtensions).Assembly, typeof(FileLoggerConfigurationExtensions).Assembly, typeof(LoggerConfigurationAsyncExtensions).Assembly);
        var section = configuration.GetSection("Serilog");
        return section.GetSection("WriteTo").Exists()
            ? logger.ReadFrom.Configuration(configuration, sinks).CreateLogger()
            : logger
                .WriteTo.Async(sink => sink.Console(outputTemplate: Line, formatProvider: System.Globalization.CultureInfo.InvariantCulture), WaitingLines, blockWhenFull: false)
                .ReadFrom.Configuration(configuration, sinks)
                .CreateLogger();
    }
}
