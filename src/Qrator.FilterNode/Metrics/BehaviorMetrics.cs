using Qrator.FilterNode.Behavior;
using Qrator.FilterNode.Configuration;

namespace Qrator.FilterNode.Metrics;

/// <summary>The series of the detection of attacks, for services that have it on.</summary>
internal static class BehaviorMetrics
{
    private static readonly (BehaviorState State, string Word)[] States =
        [(BehaviorState.Calm, "calm"), (BehaviorState.Attack, "attack"), (BehaviorState.OriginIll, "origin_ill")];

    public static void Write(MetricsWriter writer, NodeSnapshot node)
    {
        var watched = node.Services.Where(service => service.Store.Behavior.Mode != BehaviorMode.Off).ToList();
        if (watched.Count == 0)
        {
            return;
        }

        writer.Family("filternode_attack_state", "gauge", "1 for the state that detection takes the service to be in, 0 for the others.");
        foreach (var service in watched)
        {
            foreach (var (state, word) in States)
            {
                writer.Sample(service.Store.Behavior.State == state ? 1 : 0, ("service", service.Name), ("state", word));
            }
        }

        writer.Family("filternode_behavior_clients", "gauge", "Clients that detection remembers.");
        foreach (var service in watched)
        {
            writer.Sample(service.Store.Behavior.TrackedClients, ("service", service.Name), ("history", "any"));
            writer.Sample(service.Store.Behavior.KnownClients, ("service", service.Name), ("history", "calm"));
        }

        writer.Family("filternode_behavior_decisions_total", "counter", "Clients that detection listed, would have listed in shadow mode, or left alone for want of budget.");
        foreach (var service in watched)
        {
            foreach (var kind in Enum.GetValues<BehaviorKind>())
            {
                var (counters, word) = (service.Store.Behavior.Counters, BehaviorKindName.Of(kind));
                writer.Sample(counters.Listed(kind), ("service", service.Name), ("kind", word), ("result", "listed"));
                writer.Sample(counters.Shadow(kind), ("service", service.Name), ("kind", word), ("result", "shadow"));
                writer.Sample(counters.Suppressed(kind), ("service", service.Name), ("kind", word), ("result", "suppressed"));
            }
        }
    }
}
