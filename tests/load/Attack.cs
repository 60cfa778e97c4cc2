using System.Diagnostics;
using System.Globalization;

namespace Qrator.FilterNode.Load;

/// <summary>
/// An attack by a process of its own (<see cref="Attackers"/>), which gets a processor when nobody else wants one: attackers spend the time of machines that
/// are elsewhere, not that of the proxy and its visitors.
/// </summary>
internal sealed class Attack : IDisposable
{
    /// <summary>The argument that makes this program the attackers; the port and the connections a second follow.</summary>
    public const string Argument = "--attackers";

    private readonly Process _process;

    private Attack(Process process) => _process = process;

    /// <summary>The connections made so far.</summary>
    public int Made
    {
        get
        {
            _process.StandardInput.WriteLine();
            return int.Parse(_process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("the attackers have ended"), CultureInfo.InvariantCulture);
        }
    }

    /// <summary>The addresses that a proxy has to turn away.</summary>
    public static IEnumerable<string> Listed(Filters filters) => filters switch
    {
        Filters.Listed => ["127.0.0.0/8"],
        Filters.AttackersListed => Attackers.Addresses,
        _ => [],
    };

    /// <summary>Begins; ends when disposed.</summary>
    public static Attack Begin(int port, int perSecond)
    {
        var start = new ProcessStartInfo("chrt", ["--idle", "0", Environment.ProcessPath!]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(Attack).Assembly.Location);
        }

        start.ArgumentList.Add(Argument);
        start.ArgumentList.Add(port.ToString(CultureInfo.InvariantCulture));
        start.ArgumentList.Add(perSecond.ToString(CultureInfo.InvariantCulture));
        return new(Process.Start(start)!);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
