using Qrator.FilterNode.Geo;
using Qrator.FilterNode.Pages;

namespace Qrator.FilterNode.Configuration;

/// <summary>A configuration with the files that it names, read and checked.</summary>
/// <param name="Config">What the operator wrote.</param>
/// <param name="Countries">The country database; null when none is named.</param>
/// <param name="Pages">The pages by their path as it stands in the configuration.</param>
internal sealed record LoadedConfig(FilterNodeConfig Config, ICountryLookup? Countries, IReadOnlyDictionary<string, PageTemplate> Pages);
