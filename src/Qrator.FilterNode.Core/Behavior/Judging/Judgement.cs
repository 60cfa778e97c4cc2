namespace Qrator.FilterNode.Behavior.Judging;

/// <summary>What a tick has decided for the requests until the next. Immutable; swapped as a whole.</summary>
internal sealed record Judgement
{
    /// <summary>How the service is doing.</summary>
    public BehaviorState State { get; init; }

    /// <summary>When the attack began, in ticks of the clock; meaningful in an attack.</summary>
    public long Onset { get; init; }

    /// <summary>Whether what is seen counts as usual.</summary>
    public bool Learns { get; init; } = true;

    /// <summary>Whether clients with a calm history are let off whatever they do.</summary>
    public bool BelievesKnown { get; init; } = true;

    /// <summary>Requests of a client's window above which it stands out.</summary>
    public float Requests { get; init; } = float.MaxValue;

    /// <summary>Milliseconds of origin time of a client's window above which it stands out.</summary>
    public float OriginMilliseconds { get; init; } = float.MaxValue;

    /// <summary>Errors of a client's window above which it stands out.</summary>
    public float Errors { get; init; } = float.MaxValue;

    /// <summary>Of how many requests one is looked at for its groups, a power of two.</summary>
    public int OneIn { get; init; } = 1;

    /// <summary>Groups whose clients are to be looked at.</summary>
    public KeyTable<GroupSample> Watched { get; init; } = KeyTable<GroupSample>.Empty;

    /// <summary>What is held against groups.</summary>
    public GroupScores Scores { get; init; } = GroupScores.None;

    /// <summary>The moment before which a history counts: the onset, or now when there is no attack.</summary>
    public long OnsetOr(long now) => State == BehaviorState.Attack ? Math.Min(Onset, now) : now;
}
