namespace Qrator.FilterNode.Statistics;

/// <summary>The words for outcomes: one table for metric labels and log.</summary>
public static class OutcomeLabel
{
    private static readonly string[] Words =
    [
        "passed", "blacklisted", "rate_limited", "body_limit", "maintenance", "origin_unreachable", "origin_timeout", "origin_error",
        "client_aborted", "bad_request", "unknown_host",
    ];

    /// <summary>How many outcomes there are.</summary>
    public static int Count => Words.Length;

    /// <summary>The word.</summary>
    public static string Of(Outcome outcome) => Words[(int)outcome];
}
