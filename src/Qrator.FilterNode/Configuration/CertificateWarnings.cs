namespace Qrator.FilterNode.Configuration;

/// <summary>Says which certificates will soon be, or are, no longer valid, once for each that is loaded. The metric says it all the time.</summary>
internal static partial class CertificateWarnings
{
    private static readonly TimeSpan Soon = TimeSpan.FromDays(14);

    /// <summary>Looks at the certificates of a snapshot that the one before did not have.</summary>
    public static void Log(NodeSnapshot? before, NodeSnapshot inForce, DateTimeOffset now, ILogger logger)
    {
        var known = (before?.Services ?? []).Select(service => service.Certificate).ToHashSet();
        foreach (var service in inForce.Services)
        {
            if (service.Certificate is { } certificate && !known.Contains(certificate))
            {
                if (certificate.ValidUntil - now < Soon)
                {
                    LogEnds(logger, service.Name, certificate.ValidUntil);
                }
                else if (certificate.ValidFrom > now)
                {
                    LogNotYet(logger, service.Name, certificate.ValidFrom);
                }
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "the certificate of {Service} is valid until {Until:u} only; replace its files")]
    private static partial void LogEnds(ILogger logger, string service, DateTimeOffset until);

    [LoggerMessage(Level = LogLevel.Warning, Message = "the certificate of {Service} is not valid before {From:u}")]
    private static partial void LogNotYet(ILogger logger, string service, DateTimeOffset from);
}
