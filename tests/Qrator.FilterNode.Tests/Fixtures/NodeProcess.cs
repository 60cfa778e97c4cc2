using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Qrator.FilterNode.Fixtures;

/// <summary>The node as operators run it: <c>dotnet Qrator.FilterNode.dll</c> in a folder with an appsettings.json.</summary>
public sealed class NodeProcess : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _lines = new();

    private NodeProcess(Process process, string folder)
    {
        Process = process;
        Folder = folder;
        process.OutputDataReceived += (_, line) => _lines.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => _lines.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Client = new(new SocketsHttpHandler()) { Timeout = TimeSpan.FromMinutes(2) };
    }

    public static string Dll => Path.Combine(AppContext.BaseDirectory, "Qrator.FilterNode.dll");

    public Process Process { get; }

    public string Folder { get; }

    public HttpClient Client { get; }

    public Uri Address { get; private set; } = new("http://127.0.0.1");

    public Uri AdminAddress { get; private set; } = new("http://127.0.0.1");

    /// <summary>What it printed so far.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    public long ResidentBytes
    {
        get
        {
            Process.Refresh();
            return Process.WorkingSet64;
        }
    }

    public static async Task<NodeProcess> StartAsync(JsonNode settings)
    {
        var folder = Directory.CreateTempSubdirectory("filternode-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "appsettings.json"), settings.ToJsonString());
        return await StartAsync(folder, "dotnet", Dll);
    }

    public static async Task<NodeProcess> StartAsync(string folder, string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        var node = new NodeProcess(Process.Start(start)!, folder);
        await Eventually.Holds(() => node._lines.Any(line => line.Contains("metrics on", StringComparison.Ordinal)) || node.Process.HasExited, "the node starts");
        node.Process.HasExited.ShouldBeFalse(string.Join('\n', node._lines));
        node.Address = node.Find("listening on ");
        node.AdminAddress = new Uri(node.Find("metrics on "), "/");
        return node;
    }

    public async Task<int> TerminateAsync()
    {
        (await Command.RunAsync(Folder, "", "kill", "-TERM", Process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture))).ExitCode.ShouldBe(0);
        await Process.WaitForExitAsync();
        return Process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!Process.HasExited)
        {
            Process.Kill(entireProcessTree: true);
            await Process.WaitForExitAsync();
        }

        Process.Dispose();
        if (Path.GetFileName(Folder).StartsWith("filternode-", StringComparison.Ordinal))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    private Uri Find(string before)
    {
        var line = _lines.First(line => line.Contains(before, StringComparison.Ordinal));
        return new(line[(line.IndexOf(before, StringComparison.Ordinal) + before.Length)..].Split(' ', ',')[0]);
    }
}
