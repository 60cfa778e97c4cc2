namespace Qrator.FilterNode.UserRules;

/// <summary>The settings of a rule that limits.</summary>
/// <param name="Rate">Requests a second, 0.001 to 1,000,000.</param>
/// <param name="Burst">The level above which a request is excess, 0 to 1,000,000.</param>
/// <param name="Excess">What happens to excess.</param>
/// <param name="Scope">Which requests are metered.</param>
public sealed record RateLimitSettings(double Rate, int Burst, ExcessAction Excess, MeterScope Scope);
