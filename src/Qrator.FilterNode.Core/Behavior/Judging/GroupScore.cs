using Qrator.FilterNode.Behavior.Traits;

namespace Qrator.FilterNode.Behavior.Judging;

/// <summary>What is held against a group. Immutable.</summary>
/// <param name="Kind">What its clients have in common.</param>
/// <param name="LogRatio">The logarithm of how many times likelier the group is in the excess than in the usual traffic.</param>
/// <param name="Surplus">Requests of the window above what they should be.</param>
/// <param name="Share">Its part of all requests when that was found.</param>
/// <param name="UsualShare">Its part usually, at most.</param>
/// <param name="Clients">About how many clients it had within some seconds; 300 stands for more.</param>
internal sealed record GroupScore(GroupKind Kind, float LogRatio, float Surplus, float Share, float UsualShare, float Clients)
{
    /// <summary>How many seconds its requests are with the origin, at least.</summary>
    public double SecondsInFlight { get; init; }

    /// <summary>The numbers in words, such as <c>same agent and header order: 61 % of requests, usually 0.3 %</c>.</summary>
    public string Explain() => FormattableString.Invariant(
        $"same {Words(Kind)}: {100 * Share:0.#} % of requests, usually {Usually()} %, evidence {LogRatio:0.0}");

    private string Usually() =>
        UsualShare < 0.0001 ? "under 0.01" : (100 * UsualShare).ToString("0.##", System.Globalization.CultureInfo.InvariantCulture);

    private static string Words(GroupKind kind) => kind switch
    {
        GroupKind.Tool => "agent, header order, cookie and referer presence",
        GroupKind.RareTool => "kind of rare agent and header order",
        GroupKind.HeaderOrder => "header order",
        GroupKind.Prefix => "subnet",
        GroupKind.Country => "country and header order",
        GroupKind.ToolOnPage => "agent and header order on the same kind of page",
        GroupKind.RareToolOnPage => "kind of rare agent, header order or page",
        _ => "header order on the same kind of page",
    };
}
