namespace Qrator.FilterNode.Geo;

/// <summary>What the countries of a geo filter, or no country at all, mean.</summary>
public enum GeoMode
{
    /// <summary>They may come in.</summary>
    Allow,

    /// <summary>They may not.</summary>
    Deny,
}
