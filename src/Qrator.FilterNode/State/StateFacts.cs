using Qrator.FilterNode.Behavior;
using Qrator.FilterNode.Filtering;

namespace Qrator.FilterNode.State;

/// <summary>
/// The numbers of each service that outlive the process: when it was first seen, and the mode of detection that an operator has set. One thread at a
/// time.
/// </summary>
internal sealed class StateFacts
{
    private const long NoMode = -1;

    private readonly Dictionary<ServiceStore, (long FirstSeen, long Mode)> _written = [];

    /// <summary>A database was opened that may know other numbers.</summary>
    public void StartOver() => _written.Clear();

    /// <summary>Whether anything is to be read or written.</summary>
    public bool IsDue(IEnumerable<ServiceStore> services)
    {
        foreach (var service in services)
        {
            if (!_written.TryGetValue(service, out var written) || written != NumbersOf(service))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads what is known of services that are new here, and writes what has changed. MUST be called within a transaction.</summary>
    public void Exchange(StateDatabase database, IReadOnlyCollection<ServiceStore> services)
    {
        foreach (var service in services)
        {
            if (!_written.ContainsKey(service))
            {
                _written[service] = Read(database, service);
            }

            var (written, now) = (_written[service], NumbersOf(service));
            if (written.FirstSeen != now.FirstSeen)
            {
                database.SetFact(FirstSeenName(service), now.FirstSeen);
            }

            if (written.Mode != now.Mode)
            {
                database.SetFact(ModeName(service), now.Mode);
            }

            _written[service] = now;
        }

        foreach (var gone in _written.Keys.Except(services).ToList())
        {
            _written.Remove(gone);
        }
    }

    // What an operator did since the process began goes before what the database has.
    private static (long FirstSeen, long Mode) Read(StateDatabase database, ServiceStore service)
    {
        var (behavior, known) = (service.Behavior, (FirstSeen: database.Fact(FirstSeenName(service)) ?? 0, Mode: database.Fact(ModeName(service)) ?? NoMode));
        if (known.FirstSeen > 0 && known.FirstSeen < (behavior.FirstSeen?.ToUnixTimeMilliseconds() ?? long.MaxValue))
        {
            behavior.FirstSeen = DateTimeOffset.FromUnixTimeMilliseconds(known.FirstSeen);
        }

        if (behavior.ModeOverride is null && Enum.IsDefined((BehaviorMode)known.Mode))
        {
            behavior.ModeOverride = (BehaviorMode)known.Mode;
        }

        return known;
    }

    private static (long FirstSeen, long Mode) NumbersOf(ServiceStore service) =>
        (service.Behavior.FirstSeen?.ToUnixTimeMilliseconds() ?? 0, (long?)service.Behavior.ModeOverride ?? NoMode);

    private static string FirstSeenName(ServiceStore service) => $"first_seen:{service.Name.ToLowerInvariant()}";

    private static string ModeName(ServiceStore service) => $"behavior_mode:{service.Name.ToLowerInvariant()}";
}
