using Qrator.FilterNode.Behavior.History;

namespace Qrator.FilterNode.Behavior.Judging;

/// <summary>
/// The groups that stand out, each with a sample of its clients: nothing is held against a group before it is known that it is no crowd of visitors. For
/// one thread, but for <see cref="Watched"/>.
/// </summary>
internal sealed class GroupWitnesses
{
    private const int Most = 256;
    private static readonly long Kept = TimeSpan.TicksPerSecond * 10;
    private readonly Dictionary<ulong, GroupSample> _samples = [];

    /// <summary>The groups whose clients are to be looked at; immutable.</summary>
    public KeyTable<GroupSample> Watched { get; private set; } = KeyTable<GroupSample>.Empty;

    /// <summary>Takes out of what was found the groups of which it is not known that they are tools, and says of the others how long they keep the origin.</summary>
    /// <param name="found">The groups that stand out.</param>
    /// <param name="clients">What is known of clients.</param>
    /// <param name="now">Now, in ticks.</param>
    /// <param name="onset">When the attack began; now when there is none.</param>
    /// <param name="enoughSilent">As in <see cref="GroupSample.Judge"/>.</param>
    public void Hear(Dictionary<ulong, GroupScore> found, ClientTable clients, long now, long onset, int enoughSilent)
    {
        var changed = Forget(now);
        foreach (var key in found.Keys.ToList())
        {
            if (!_samples.TryGetValue(key, out var sample) && _samples.Count < Most)
            {
                _samples[key] = sample = new();
                changed = true;
            }

            if (sample is not null)
            {
                sample.LastSeen = now;
            }

            if (sample?.Judge(clients, now, onset, enoughSilent) != GroupNature.Tool)
            {
                found.Remove(key);
            }
            else
            {
                found[key] = found[key] with { SecondsInFlight = sample.SecondsInFlight };
            }
        }

        Watched = changed ? new(_samples) : Watched;
    }

    private bool Forget(long now)
    {
        var before = _samples.Count;
        foreach (var (key, sample) in _samples)
        {
            if (now - sample.LastSeen > Kept)
            {
                _samples.Remove(key);
            }
        }

        return _samples.Count != before;
    }
}
