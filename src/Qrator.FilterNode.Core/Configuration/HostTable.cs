using System.Collections.Frozen;

namespace Qrator.FilterNode.Configuration;

/// <summary>
/// From host name to service: the exact name, then the longest wildcard, then <c>*</c>. Immutable; a look-up allocates nothing and its
/// cost does not grow with the number of hosts. Safe for any number of threads.
/// </summary>
public sealed class HostTable<TService>
    where TService : class
{
    private readonly FrozenDictionary<string, TService?>.AlternateLookup<ReadOnlySpan<char>> _exact;
    private readonly FrozenDictionary<string, TService?>.AlternateLookup<ReadOnlySpan<char>> _below;
    private readonly TService? _any;

    /// <summary>
    /// Compiles the table; of two equal patterns the last counts. A host with null is somebody's who is not here: it has no service, and no
    /// wider pattern takes it.
    /// </summary>
    public HostTable(IEnumerable<(HostPattern Host, TService? Service)> hosts)
    {
        var exact = new Dictionary<string, TService?>(StringComparer.OrdinalIgnoreCase);
        var below = new Dictionary<string, TService?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (host, service) in hosts)
        {
            if (host.IsAny)
            {
                _any = service;
            }
            else if (host.IsWildcard)
            {
                below[host.Suffix] = service;
            }
            else
            {
                exact[host.Text] = service;
            }
        }

        _exact = exact.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
        _below = below.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The service of a Host header, with or without port and trailing dot, in any case; null when there is none.</summary>
    public TService? Find(ReadOnlySpan<char> hostHeader)
    {
        var host = HostName.Of(hostHeader);
        if (_exact.TryGetValue(host, out var service))
        {
            return service;
        }

        // The first dot leaves the longest name behind it, so the first hit is the longest wildcard.
        for (var dot = host.IndexOf('.'); dot >= 0 && _below.Dictionary.Count > 0;)
        {
            if (dot > 0 && _below.TryGetValue(host[dot..], out service))
            {
                return service;
            }

            var next = host[(dot + 1)..].IndexOf('.');
            dot = next < 0 ? -1 : dot + 1 + next;
        }

        return _any;
    }
}
