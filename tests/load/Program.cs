using System.Diagnostics;
using System.Globalization;
using Qrator.FilterNode.Load;

if (args is [Attack.Argument, var port, var perSecond])
{
    Attackers.Run(int.Parse(port, CultureInfo.InvariantCulture), int.Parse(perSecond, CultureInfo.InvariantCulture), Console.In, Console.Out);
    return 0;
}

Options options;
try
{
    options = Options.Parse(args);
}
catch (ArgumentException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 2;
}

var folder = Directory.CreateTempSubdirectory("filternode-load-").FullName;
var certificate = Path.Combine(folder, "certificate.pem");
using (var openssl = Process.Start(new ProcessStartInfo("openssl",
    ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-keyout", certificate + ".key", "-out", certificate + ".crt"])
{ RedirectStandardError = true })!)
{
    openssl.WaitForExit();
}

File.WriteAllText(certificate, File.ReadAllText(certificate + ".crt") + File.ReadAllText(certificate + ".key"));
if (options.Attack)
{
    using var attacked = new Origin(Path.Combine(folder, "origin"), 18_081);
    Console.Write(new AttackComparison(options, folder).Run(attacked));
    Directory.Delete(folder, recursive: true);
    return 0;
}

if (options.Memory)
{
    using var loaded = new Origin(Path.Combine(folder, "origin"), 18_081);
    new MemoryMeasurement(options, folder, Console.Out).Run(loaded);
    Directory.Delete(folder, recursive: true);
    return 0;
}

var report = new Report();
using (var origin = new Origin(Path.Combine(folder, "origin"), 18_081))
{
    foreach (var scenario in options.Scenarios)
    {
        Console.Error.WriteLine($"{scenario.Name} ...");
        report.Add(scenario, new Comparison(options, folder).Run(scenario, origin, certificate));
    }
}

Console.WriteLine($"{Environment.ProcessorCount} processors shared by load, proxy and origin; {options.Rounds} rounds of {options.Seconds} s after {options.WarmUpSeconds} s of warm-up, 64 connections; medians, ratios smallest to largest of one round");
foreach (var proxy in new Proxy[] { new NodeProxy(folder, "", null), new NginxProxy(folder), new HAProxyProxy(folder) })
{
    Console.WriteLine($"{proxy.Name}: {proxy.Settings}");
}

Console.WriteLine();
Console.Write(report.Table());
Directory.CreateDirectory(options.Out);
File.WriteAllText(Path.Combine(options.Out, "results.json"), report.Json());
File.WriteAllText(Path.Combine(options.Out, "results.svg"), report.Plot());
Directory.Delete(folder, recursive: true);
return 0;
