using System.Net;
using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>Checks what the listeners, the admin listener and the demo origin must agree on.</summary>
internal static class ListenerValidator
{
    private const string Root = ConfigValidator.Root;

    public static void Validate(FilterNodeConfig config, ConfigErrors errors)
    {
        for (var i = 0; i < config.Listeners.Count; i++)
        {
            foreach (var name in config.Listeners[i].Services ?? [])
            {
                if (!config.Services.ContainsKey(name))
                {
                    errors.Add($"{Root}:Listeners:{i}:Services", $"there is no service {name}; one of {string.Join(", ", config.Services.Keys)}");
                }
            }
        }

        var seen = new Dictionary<IPEndPoint, string>();
        foreach (var (path, endPoint) in EndPoints(config).Where(e => e.EndPoint.Port != 0))
        {
            if (!seen.TryAdd(endPoint, path))
            {
                errors.Add(path, $"{endPoint} is used by {seen[endPoint]} already; each needs its own address");
            }
        }

        if (config.Admin.Tokens.Any(string.IsNullOrWhiteSpace))
        {
            errors.Add($"{Root}:Admin:Tokens", "an empty token would let everyone in; remove it");
        }
    }

    private static IEnumerable<(string Path, IPEndPoint EndPoint)> EndPoints(FilterNodeConfig config)
    {
        for (var i = 0; i < config.Listeners.Count; i++)
        {
            yield return ($"{Root}:Listeners:{i}:Address", config.Listeners[i].Address.EndPoint);
        }

        yield return ($"{Root}:Admin:Address", config.Admin.Address.EndPoint);
        if (config.DemoOrigin is { } demo)
        {
            yield return ($"{Root}:DemoOrigin:Address", demo.Address.EndPoint);
        }
    }
}
