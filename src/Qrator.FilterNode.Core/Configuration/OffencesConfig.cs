using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>The section <c>Offences</c> of a service.</summary>
public sealed record OffencesConfig
{
    /// <summary>Whether offenders are listed.</summary>
    [Setting("Whether clients that break the protocol again and again are put on the blacklist.")]
    public bool Enabled { get; init; } = true;

    /// <summary>Whether it only counts.</summary>
    [Setting("Count and record what would be done, and do nothing.")]
    public bool Shadow { get; init; }

    /// <summary>How many offences are too many.</summary>
    [Setting("Violations of the protocol (malformed or smuggled requests, slow sending or reading, floods of HTTP/2 frames) that put a client on the blacklist.", Min = "1", Max = "1000000")]
    public int Count { get; init; } = 10;

    /// <summary>How long they are counted together.</summary>
    [Setting("How long violations are counted together, from the first on.", Min = "00:00:01", Max = "01:00:00")]
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long the entry lasts.</summary>
    [Setting("How long the client stays on the blacklist. A client that offends again within 24 hours stays twice as long, up to 8 hours.", Min = "00:05:00", Max = "08:00:00")]
    public TimeSpan Ttl { get; init; } = TimeSpan.FromMinutes(30);
}
