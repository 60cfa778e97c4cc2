using Qrator.FilterNode.Origins;
using Qrator.FilterNode.Statistics;

namespace Qrator.FilterNode.Forwarding;

/// <summary>How one attempt to forward a request went.</summary>
/// <param name="Outcome">How the request ends, if this was the last attempt.</param>
/// <param name="Blame">For what the origin is to blame: a word of <see cref="OriginFailure"/>; null for nothing, and for what was counted already.</param>
internal readonly record struct ForwardResult(Outcome Outcome, string? Blame = null);
