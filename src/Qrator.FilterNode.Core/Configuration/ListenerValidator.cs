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
            ValidateServices($"{Root}:Listeners:{i}:Services", config.Listeners[i].Services, config, errors);
            ValidateProxyProtocol($"{Root}:Listeners:{i}", config.Listeners[i], errors);
        }

        var seen = new Dictionary<IPEndPoint, string>();
        foreach (var (path, endPoint) in EndPoints(config).Where(e => e.EndPoint.Port != 0 && !errors.At(e.Path)))
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

    private static void ValidateServices(string path, IReadOnlyList<string>? names, FilterNodeConfig config, ConfigErrors errors)
    {
        if (names is { Count: 0 } && !errors.At(path))
        {
            errors.Add(path, "an empty list leaves nothing to reach on this listener; name services, or remove the key for all of them");
        }

        foreach (var name in (names ?? []).Where(name => !config.Services.ContainsKey(name)))
        {
            errors.Add(path, $"there is no service {name}; {(config.Services.Count == 0 ? "none can be read" : $"one of {string.Join(", ", config.Services.Keys)}")}");
        }
    }

    private static void ValidateProxyProtocol(string path, ListenerConfig listener, ConfigErrors errors)
    {
        if (listener.ProxyProtocol && listener.TrustedPeers.Count == 0 && !errors.At($"{path}:TrustedPeers"))
        {
            errors.Add($"{path}:TrustedPeers", "missing; ProxyProtocol needs the addresses of those that may speak it, such as [\"10.0.0.0/8\"]");
        }
        else if (!listener.ProxyProtocol && listener.TrustedPeers.Count > 0)
        {
            errors.Add($"{path}:TrustedPeers", "has no effect without ProxyProtocol; set it to true, or remove the addresses");
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
