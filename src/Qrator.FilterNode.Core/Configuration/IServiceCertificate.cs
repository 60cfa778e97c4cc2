namespace Qrator.FilterNode.Configuration;

/// <summary>
/// A certificate with its key, loaded and checked by the host, which alone knows how to use it. Implementations are immutable and safe
/// for any number of threads.
/// </summary>
public interface IServiceCertificate
{
    /// <summary>When it begins to be valid.</summary>
    DateTimeOffset ValidFrom { get; }

    /// <summary>When it ends to be valid.</summary>
    DateTimeOffset ValidUntil { get; }
}
