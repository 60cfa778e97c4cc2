namespace Qrator.FilterNode.Quality;

/// <summary>One line of the table.</summary>
internal sealed record CaseResult
{
    public required string Case { get; init; }

    public required string Kind { get; init; }

    public required string Background { get; init; }

    public required string Parameters { get; init; }

    public required long AttackRequests { get; init; }

    public required double? FirstEntrySeconds { get; init; }

    public required int? Stopped95Seconds { get; init; }

    public required int? Stopped99Seconds { get; init; }

    /// <summary>Of the attack requests later than 5 seconds after the onset.</summary>
    public required double? StoppedAfter5 { get; init; }

    public required int HonestClients { get; init; }

    /// <summary>Those seen since the event began.</summary>
    public required int HonestClientsSince { get; init; }

    public required int HonestListed { get; init; }

    public required long HonestRequests { get; init; }

    public required long HonestRequestsStopped { get; init; }

    public required long MemoryBytes { get; init; }

    public required double NanosecondsARequest { get; init; }

    public required IReadOnlyList<string> Log { get; init; }

    public required IReadOnlyList<string> Mistakes { get; init; }

    public double HonestListedPart => HonestClientsSince == 0 ? 0 : (double)HonestListed / HonestClientsSince;

    public double HonestStoppedPart => HonestRequests == 0 ? 0 : (double)HonestRequestsStopped / HonestRequests;

    public bool MeetsGoal => Kind == "attack" ? StoppedAfter5 >= 0.99 && HonestListedPart <= 0.001 : HonestListed == 0;
}
