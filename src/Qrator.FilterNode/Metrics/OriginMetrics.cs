using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Origins;

namespace Qrator.FilterNode.Metrics;

/// <summary>The series of the origins.</summary>
internal static class OriginMetrics
{
    public static void Write(MetricsWriter writer, NodeSnapshot node)
    {
        writer.Family("filternode_origin_available", "gauge", "1 when the origin can be connected to, 0 while it is set aside or being probed.");
        foreach (var service in node.Services)
        {
            foreach (var origin in service.Origins)
            {
                writer.Sample(origin.Store.Health.IsAvailable ? 1 : 0, ("service", service.Name), ("origin", origin.Store.Address));
            }
        }

        writer.Family("filternode_origin_requests_total", "counter", "Requests sent to origins, each attempt counted.");
        foreach (var service in node.Services)
        {
            foreach (var origin in service.Origins)
            {
                writer.Sample(origin.Store.Requests, ("service", service.Name), ("origin", origin.Store.Address));
            }
        }

        writer.Family("filternode_origin_failures_total", "counter", "Failures of origins.");
        foreach (var service in node.Services)
        {
            foreach (var origin in service.Origins.Where(static origin => origin.Store.HasFailed))
            {
                foreach (var reason in OriginFailure.All)
                {
                    if (origin.Store.Failures(reason) is > 0 and var count)
                    {
                        writer.Sample(count, ("service", service.Name), ("origin", origin.Store.Address), ("reason", reason));
                    }
                }
            }
        }
    }
}
