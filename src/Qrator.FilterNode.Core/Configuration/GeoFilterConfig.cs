using Qrator.FilterNode.Configuration.Binding;
using Qrator.FilterNode.Geo;

namespace Qrator.FilterNode.Configuration;

/// <summary>The section <c>GeoFilter</c> of a service.</summary>
public sealed record GeoFilterConfig
{
    /// <summary>Whether the filter applies.</summary>
    [Setting("Whether the filter applies.")]
    public bool Enabled { get; init; } = true;

    /// <summary>Whether the filter only counts.</summary>
    [Setting("Count and record what the filter would do, and do nothing.")]
    public bool Shadow { get; init; }

    /// <summary>What the countries mean.</summary>
    [Setting("Allow: only the countries may come in. Deny: all but the countries.", Required = true, Remedy = "Allow or Deny")]
    public GeoMode Mode { get; init; }

    /// <summary>The countries.</summary>
    [Setting("Countries as ISO 3166-1 alpha-2 codes; XK (Kosovo) as well.", Required = true, Remedy = "at least one country, such as [\"RU\"]")]
    public IReadOnlyList<CountryText> Countries { get; init; } = [];

    /// <summary>What an address without a country means.</summary>
    [Setting("What an address means that the database knows no country for.")]
    public GeoMode UnknownCountry { get; init; } = GeoMode.Allow;

    /// <summary>How long the entry lasts.</summary>
    [Setting("How long the client stays on the blacklist. A client that offends again within 24 hours stays twice as long, up to 8 hours.", Min = "00:05:00", Max = "08:00:00")]
    public TimeSpan Ttl { get; init; } = TimeSpan.FromMinutes(30);
}
