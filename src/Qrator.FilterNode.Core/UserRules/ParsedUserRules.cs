namespace Qrator.FilterNode.UserRules;

/// <summary>The rules of a service, checked. Immutable.</summary>
/// <param name="Enabled">Whether they apply.</param>
/// <param name="Rules">All rules in the order of the configuration, also when they do not apply.</param>
public sealed record ParsedUserRules(bool Enabled, IReadOnlyList<UserRule> Rules);
