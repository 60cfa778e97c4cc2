using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Qrator.FilterNode.Load;

/// <summary>A proxy that runs: its process, and where it listens.</summary>
internal abstract class Proxy : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Lock _log = new();
    private Process? _process;

    protected Proxy(string folder)
    {
        Folder = folder;
        Directory.CreateDirectory(folder);
    }

    /// <summary>The name in the table.</summary>
    public abstract string Name { get; }

    /// <summary>The settings that matter for the comparison, for the report.</summary>
    public abstract string Settings { get; }

    public int Id => _process!.Id;

    protected string Folder { get; }

    protected int Port { get; } = FreePort();

    public Uri Address(Scenario scenario) => new($"{(scenario.Tls ? "https" : "http")}://127.0.0.1:{Port}{scenario.Path}");

    /// <summary>Writes the configuration and starts; returns when it listens.</summary>
    public virtual void Start(Scenario scenario, int origin, string certificate)
    {
        Configure(scenario, origin, certificate);
        var command = Command();
        command.RedirectStandardOutput = true;
        command.RedirectStandardError = true;
        _process = Process.Start(command)!;
        _process.OutputDataReceived += (_, line) => Log(line.Data);
        _process.ErrorDataReceived += (_, line) => Log(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        var waited = Stopwatch.StartNew();
        while (!Listens())
        {
            if (_process.HasExited || waited.Elapsed > Patience)
            {
                throw new InvalidOperationException($"{Name} does not start; see {Folder}");
            }

            Thread.Sleep(50);
        }
    }

    public virtual void Dispose()
    {
        if (_process is { HasExited: false })
        {
            // Children follow: the masters of nginx and HAProxy end them.
            using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        _process?.Dispose();
    }

    protected static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Texts that no User-Agent of the load contains.</summary>
    protected static IEnumerable<string> Agents(Filters filters) => filters switch
    {
        Filters.Agents10 => Enumerable.Range(0, 10).Select(Agent),
        Filters.Agents10000 => Enumerable.Range(0, 10_000).Select(Agent),
        _ => [],
    };

    protected abstract void Configure(Scenario scenario, int origin, string certificate);

    protected abstract ProcessStartInfo Command();

    private void Log(string? line)
    {
        lock (_log)
        {
            File.AppendAllText(Path.Combine(Folder, "output.log"), line + "\n");
        }
    }

    private static string Agent(int number) => $"BadBot-{(number * 2_654_435_761L) & 0xFFFFFFF:x7}";

    private bool Listens()
    {
        try
        {
            using var client = new TcpClient("127.0.0.1", Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
