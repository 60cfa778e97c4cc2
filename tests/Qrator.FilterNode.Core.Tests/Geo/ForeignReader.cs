using System.Diagnostics;

namespace Qrator.FilterNode.Geo;

/// <summary>Another program that reads the same database: addresses go in, one country code an address comes out.</summary>
internal static class ForeignReader
{
    /// <summary>The npm package maxmind, one process for all addresses.</summary>
    public static string[] NpmMaxmind(string database, IEnumerable<string> addresses)
    {
        RepositoryFiles.FindInPackage("maxmind", "package.json");
        return Run("node", "install Node.js", [Script("country-codes.js"), database], addresses);
    }

    /// <summary>Debian's mmdblookup, which takes one address a process; as many at once as there are processors.</summary>
    public static string[] Mmdblookup(string database, IReadOnlyCollection<string> addresses)
    {
        var parts = addresses.Chunk((addresses.Count / Environment.ProcessorCount) + 1).ToArray();
        var codes = new string[parts.Length][];
        Parallel.For(0, parts.Length, i => codes[i] = Run("sh", "run: apt-get install mmdb-bin", [Script("country-codes.sh"), database], parts[i]));
        return [.. codes.SelectMany(part => part)];
    }

    private static string Script(string name) => RepositoryFiles.Find("tests", "Qrator.FilterNode.Core.Tests", "Geo", name);

    private static string[] Run(string program, string whenMissing, string[] arguments, IEnumerable<string> lines)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var process = Start(start, whenMissing);
        var output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(string.Join('\n', lines) + "\n");
        process.StandardInput.Close();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, $"{program} {string.Join(' ', arguments)} failed; {whenMissing}");
        return output.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static Process Start(ProcessStartInfo start, string whenMissing)
    {
        try
        {
            return Process.Start(start).ShouldNotBeNull();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InvalidOperationException($"{start.FileName} is missing; {whenMissing}", e);
        }
    }
}
