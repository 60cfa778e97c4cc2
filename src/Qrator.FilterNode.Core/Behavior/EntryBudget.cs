namespace Qrator.FilterNode.Behavior;

/// <summary>
/// How many entries may be made: per kind so many a minute, and of the clients with a calm history so many an attack. Safe for any number of threads.
/// </summary>
internal sealed class EntryBudget
{
    private readonly int[] _made = new int[BehaviorKindName.Count];
    private int _known;
    private long _minute;

    /// <summary>Whether there is room for an entry, which is then taken.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="isKnown">Whether the client has a calm history.</param>
    /// <param name="now">Now, in ticks.</param>
    /// <param name="entriesPerMinute">New entries a minute of the kind.</param>
    /// <param name="knownClients">Entries an attack for clients with a calm history.</param>
    public bool TryTake(BehaviorKind kind, bool isKnown, long now, int entriesPerMinute, double knownClients)
    {
        var minute = now / TimeSpan.TicksPerMinute;
        if (Interlocked.Exchange(ref _minute, minute) != minute)
        {
            Array.Clear(_made);
        }

        if (Volatile.Read(ref _made[(int)kind]) >= entriesPerMinute || (isKnown && Volatile.Read(ref _known) + 1 > knownClients))
        {
            return false;
        }

        Interlocked.Increment(ref _made[(int)kind]);
        if (isKnown)
        {
            Interlocked.Increment(ref _known);
        }

        return true;
    }

    /// <summary>A new attack has begun.</summary>
    public void BeginAttack() => Volatile.Write(ref _known, 0);
}
