using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Qrator.FilterNode.Origins;

/// <summary>What the node remembers of one origin over reloads. Safe for any number of threads.</summary>
public sealed class OriginStore
{
    private readonly ConcurrentDictionary<string, StrongBox<long>> _failures = new(StringComparer.Ordinal);
    private long _requests;

    /// <summary>Remembers nothing yet.</summary>
    public OriginStore(string address) => Address = address;

    /// <summary>The origin as it stands in the configuration.</summary>
    public string Address { get; }

    /// <summary>Requests that went to it.</summary>
    public long Requests => Volatile.Read(ref _requests);

    /// <summary>How often it failed, by reason.</summary>
    public IEnumerable<(string Reason, long Count)> Failures => _failures.Select(pair => (pair.Key, Volatile.Read(ref pair.Value.Value)));

    /// <summary>Counts one request.</summary>
    public void CountRequest() => Interlocked.Increment(ref _requests);

    /// <summary>Counts one failure.</summary>
    /// <param name="reason">A fixed word.</param>
    public void CountFailure(string reason) => Interlocked.Increment(ref _failures.GetOrAdd(reason, static _ => new()).Value);
}
