using Qrator.FilterNode.Behavior;
using Qrator.FilterNode.Configuration;

namespace Qrator.FilterNode.Metrics;

/// <summary>The series of the detection of attacks, for services that have it on.</summary>
internal static class BehaviorMetrics
{
    private static readonly (BehaviorMode Mode, string Word)[] Modes =
        [(BehaviorMode.Off, "off"), (BehaviorMode.Shadow, "shadow"), (BehaviorMode.On, "on")];

    private static readonly BehaviorState[] States = Enum.GetValues<BehaviorState>();
    private static readonly BehaviorKind[] Kinds = Enum.GetValues<BehaviorKind>();

    public static void Write(MetricsWriter writer, NodeSnapshot node)
    {
        writer.Family("filternode_behavior_mode", "gauge", "1 for the mode of detection that is in force, 0 for the others.");
        foreach (var service in node.Services)
        {
            foreach (var (mode, word) in Modes)
            {
                writer.Sample(service.Store.Behavior.Mode == mode ? 1 : 0, ("service", service.Name), ("mode", word));
            }
        }

        writer.Family("filternode_origin_guard_suspended_total", "counter", "Matches of rules about status or duration that had no effect, because the origin was ill for all clients alike.");
        foreach (var service in node.Services.Where(service => service.UserRules.LooksAtOrigin))
        {
            writer.Sample(service.Store.Behavior.OriginGuard.Suspended, ("service", service.Name));
        }

        var watched = node.Services.Where(service => service.Store.Behavior.Mode != BehaviorMode.Off).ToList();
        if (watched.Count == 0)
        {
            return;
        }

        writer.Family("filternode_attack_state", "gauge", "1 for the state that detection takes the service to be in, 0 for the others.");
        foreach (var service in watched)
        {
            foreach (var state in States)
            {
                writer.Sample(service.Store.Behavior.State == state ? 1 : 0, ("service", service.Name), ("state", BehaviorStateName.Of(state)));
            }
        }

        writer.Family("filternode_behavior_clients", "gauge", "Clients that detection remembers.");
        foreach (var service in watched)
        {
            writer.Sample(service.Store.Behavior.TrackedClients, ("service", service.Name), ("history", "any"));
            writer.Sample(service.Store.Behavior.KnownClients, ("service", service.Name), ("history", "calm"));
        }

        writer.Family("filternode_behavior_overlooked_total", "counter", "Requests that detection has not counted in their groups, because more came at once than it can look at.");
        foreach (var service in watched)
        {
            writer.Sample(service.Store.Behavior.Overlooked, ("service", service.Name));
        }

        writer.Family("filternode_behavior_decisions_total", "counter", "Clients that detection listed, would have listed in shadow mode, or left alone for want of budget.");
        foreach (var service in watched)
        {
            foreach (var kind in Kinds)
            {
                var (counters, word) = (service.Store.Behavior.Counters, BehaviorKindName.Of(kind));
                writer.Sample(counters.Listed(kind), ("service", service.Name), ("kind", word), ("result", "listed"));
                writer.Sample(counters.Shadow(kind), ("service", service.Name), ("kind", word), ("result", "shadow"));
                writer.Sample(counters.Suppressed(kind), ("service", service.Name), ("kind", word), ("result", "suppressed"));
            }
        }
    }
}
