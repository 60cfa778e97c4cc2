using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>
/// Reads and checks a whole configuration. Whatever passes can be compiled and run; whatever is wrong is reported at once, each mistake
/// with its path and remedy. Touches no file, socket or clock. Safe for several threads.
/// </summary>
public static class ConfigValidator
{
    /// <summary>The name of the section that holds everything.</summary>
    public const string Root = "FilterNode";

    /// <summary>Binds and checks the section <c>FilterNode</c>.</summary>
    /// <param name="root">The section as text.</param>
    /// <param name="errors">Gets every mistake; when it stays empty the result is valid.</param>
    public static FilterNodeConfig Read(ConfigNode root, ConfigErrors errors)
    {
        var config = ConfigBinder.Bind<FilterNodeConfig>(root, errors);
        ListenerValidator.Validate(config, errors);
        if (config.State.Database is { } database && string.IsNullOrWhiteSpace(database))
        {
            errors.Add($"{Root}:State:Database", "is empty; a file such as data/state.db, or leave it out");
        }

        if (config.AccessLog is { Path: var log } && log.Length > 0 && string.IsNullOrWhiteSpace(log))
        {
            errors.Add($"{Root}:AccessLog:Path", "is blank; a file such as logs/access.log");
        }

        if (config.Telemetry is { Metrics: false, Traces: false })
        {
            errors.Add($"{Root}:Telemetry", "neither Metrics nor Traces; switch one on, or leave the section out");
        }

        foreach (var (name, service) in config.Services)
        {
            ServiceValidator.Validate($"{Root}:Services:{name}", name, service, config.GeoIp.Database is not null, errors);
        }

        ValidateHosts(config, errors);
        return config;
    }

    private static void ValidateHosts(FilterNodeConfig config, ConfigErrors errors)
    {
        var claims = from pair in config.Services
                     from host in pair.Value.Hosts
                     group pair.Key by host.Text;
        foreach (var claim in claims.Where(claim => claim.Count() > 1))
        {
            var services = claim.Distinct(StringComparer.Ordinal).ToList();
            errors.Add(
                $"{Root}:Services:{services[^1]}:Hosts",
                services.Count == 1
                    ? $"{claim.Key} stands there {claim.Count()} times; once is enough"
                    : $"{claim.Key} is claimed by {string.Join(" and ", services)}; a host belongs to one service");
        }
    }
}
