using Qrator.FilterNode.Statistics;

namespace Qrator.FilterNode.Requests;

/// <summary>An answer of the node's own to a request.</summary>
/// <param name="Status">The status code.</param>
/// <param name="Outcome">How the request ends.</param>
/// <param name="RetryAfterSeconds">For Retry-After; 0 for none.</param>
internal readonly record struct NodeAnswer(int Status, Outcome Outcome, int RetryAfterSeconds = 0)
{
    /// <summary>The answer to a request that could not be forwarded.</summary>
    public static NodeAnswer To(Outcome outcome) => new(
        outcome switch
        {
            Outcome.BodyLimit => StatusCodes.Status413PayloadTooLarge,
            Outcome.OriginTimeout => StatusCodes.Status504GatewayTimeout,
            Outcome.ClientAborted => StatusCodes.Status400BadRequest,
            _ => StatusCodes.Status502BadGateway,
        },
        outcome);
}
