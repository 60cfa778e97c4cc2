using Qrator.FilterNode.Configuration;

namespace Qrator.FilterNode.Metrics;

/// <summary>The series of the certificates.</summary>
internal static class CertificateMetrics
{
    public static void Write(MetricsWriter writer, NodeSnapshot node, DateTimeOffset now)
    {
        writer.Family("filternode_certificate_expiry_days", "gauge", "Days until the certificate of a service is no longer valid; below 0 when it is no longer.");
        foreach (var service in node.Services)
        {
            if (service.Certificate is { } certificate)
            {
                writer.Sample((certificate.ValidUntil - now).TotalDays, ("service", service.Name));
            }
        }
    }
}
