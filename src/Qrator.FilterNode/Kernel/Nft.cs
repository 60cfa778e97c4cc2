using System.ComponentModel;
using System.Diagnostics;

namespace Qrator.FilterNode.Kernel;

/// <summary>Runs the program nft (https://wiki.nftables.org), once for each call. Throws <see cref="KernelException"/>. One call at a time.</summary>
internal sealed class Nft
{
    // A full set takes a second or two to write.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _program;
    private readonly TimeProvider _time;

    public Nft(string program, TimeProvider time)
    {
        _program = program;
        _time = time;
    }

    /// <summary>The program as the PATH has it.</summary>
    public static string InPath => "nft";

    /// <summary>Applies a script as a whole or not at all.</summary>
    public Task ApplyAsync(string script) => RunAsync(script, "-f", "-");

    /// <summary>What the table holds, in JSON (libnftables-json(5)). It is made when it is not there.</summary>
    public Task<string> ReadAsync() => RunAsync("", "-j", $"add {KernelScript.Table}; list {KernelScript.Table}");

    /// <summary>The same without the elements of sets, which takes milliseconds also when there are many. Other tables may be told of too.</summary>
    public Task<string> ReadTerseAsync() => RunAsync("", "-j", "-t", "list ruleset inet");

    private async Task<string> RunAsync(string input, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(_program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["LC_ALL"] = "C";
        using var process = Start(start);
        using var patience = new CancellationTokenSource(Patience, _time);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            await WriteAsync(process, input, patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return process.ExitCode == 0 ? await output : throw Problem(process.ExitCode, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new KernelException(KernelTrouble.Timeout, $"{_program} took longer than {Patience.TotalSeconds} s");
        }
    }

    private Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new KernelException(KernelTrouble.Missing, $"{_program} cannot be run: {exception.Message}");
        }
    }

    private static async Task WriteAsync(Process process, string input, CancellationToken patience)
    {
        try
        {
            await using var writer = process.StandardInput;
            await writer.WriteAsync(input.AsMemory(), patience);
        }
        catch (IOException)
        {
            // It has ended without reading all; its exit code and its words tell more.
        }
    }

    private KernelException Problem(int exitCode, string errors)
    {
        var trouble = errors.Contains("Operation not permitted", StringComparison.Ordinal) ? KernelTrouble.Rights : KernelTrouble.Failed;
        return new(trouble, $"{_program} ended with {exitCode}: {FirstLine(errors)}");
    }

    private static string FirstLine(string text)
    {
        var line = text.AsSpan().Trim();
        var end = line.IndexOf('\n');
        return new(end < 0 ? line : line[..end]);
    }
}
