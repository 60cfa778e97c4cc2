using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.RateLimits;

/// <summary>One limited client, as it was at the moment of the question; for display.</summary>
/// <param name="Client">Who.</param>
/// <param name="Level">The level of its bucket, in requests, exactly.</param>
/// <param name="Left">How long it stays limited if no rule matches any more.</param>
public readonly record struct LimitedClient(ClientKey Client, decimal Level, TimeSpan Left);
