using Qrator.FilterNode.Configuration;

namespace Qrator.FilterNode.Behavior;

/// <summary>What is configured for one service.</summary>
/// <param name="Service">The section of the service.</param>
/// <param name="Budget">The budget of the node.</param>
/// <param name="MemoryBytes">The service's part of the node's memory.</param>
/// <param name="LimitedClients">How many clients each limit may hold.</param>
/// <param name="HasGuardedRules">Whether the service has user rules that look at status or duration.</param>
public sealed record BehaviorSettings(BehaviorConfig Service, BehaviorBudgetConfig Budget, long MemoryBytes, int LimitedClients, bool HasGuardedRules = false)
{
    /// <summary>Whether the origin is watched for the sake of the rules, whatever the mode.</summary>
    public bool Guards => Service.OriginGuard && HasGuardedRules;
}
