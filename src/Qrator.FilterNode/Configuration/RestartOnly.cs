namespace Qrator.FilterNode.Configuration;

/// <summary>The settings that a running node keeps: where it listens, how its lists are keyed and where they are kept.</summary>
internal static class RestartOnly
{
    /// <summary>
    /// <paramref name="next"/> with the settings of <paramref name="running"/> that cannot change, and a sentence for each that differs.
    /// </summary>
    public static FilterNodeConfig Keep(FilterNodeConfig running, FilterNodeConfig next, out IReadOnlyList<ConfigError> kept)
    {
        var differences = new List<ConfigError>();
        void Compare(string path, object? was, object? wanted)
        {
            if (!Equals(was, wanted))
            {
                differences.Add(new($"{ConfigValidator.Root}:{path}", $"{Show(wanted)} takes effect at the next restart; until then {Show(was)} stays"));
            }
        }

        Compare("Listeners", Addresses(running), Addresses(next));
        Compare("Admin:Address", running.Admin.Address.ToString(), next.Admin.Address.ToString());
        Compare("Clients:IPv6Prefix", running.Clients.IPv6Prefix, next.Clients.IPv6Prefix);
        Compare("State:Database", running.State.Database, next.State.Database);
        Compare("Limits:Connections", running.Limits.Connections, next.Limits.Connections);
        Compare("DemoOrigin:Address", running.DemoOrigin?.Address.ToString(), next.DemoOrigin?.Address.ToString());
        Compare("Telemetry", Collector(running), Collector(next));
        kept = differences;

        return next with
        {
            Listeners = [.. running.Listeners.Select(listener => (next.Listeners.FirstOrDefault(l => l.Address == listener.Address) ?? listener) with { Tls = listener.Tls })],
            Admin = next.Admin with { Address = running.Admin.Address },
            Clients = next.Clients with { IPv6Prefix = running.Clients.IPv6Prefix },
            State = running.State,
            Limits = next.Limits with { Connections = running.Limits.Connections },
            DemoOrigin = running.DemoOrigin,
            Telemetry = running.Telemetry,
        };
    }

    private static string Addresses(FilterNodeConfig config) => string.Join(", ", config.Listeners.Select(listener => listener.Tls ? $"{listener.Address} with TLS" : $"{listener.Address}"));

    private static string? Collector(FilterNodeConfig config) => config.Telemetry is not { } telemetry ? null : string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{telemetry.Endpoint}{(telemetry.Metrics ? $" with metrics each {telemetry.Interval}" : "")}{(telemetry.Traces ? $" with spans for {telemetry.Sample} of the requests" : "")}");

    private static object Show(object? value) => value ?? "none";
}
