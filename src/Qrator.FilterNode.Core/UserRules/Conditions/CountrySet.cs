using System.Collections;
using Qrator.FilterNode.Geo;

namespace Qrator.FilterNode.UserRules.Conditions;

/// <summary>A set of countries; sets with the same countries are equal. Immutable and safe for any number of threads.</summary>
public sealed class CountrySet : IEquatable<CountrySet>
{
    /// <summary>The values that <see cref="CountryCode.Index"/> can have.</summary>
    internal const int Indexes = 1 + (26 * 26);

    private readonly BitArray _byIndex = new(Indexes);

    /// <summary>Makes a set of the countries.</summary>
    public CountrySet(IEnumerable<CountryCode> countries)
    {
        Countries = [.. countries.Distinct().OrderBy(country => country.Index)];
        foreach (var country in Countries)
        {
            _byIndex[country.Index] = true;
        }
    }

    /// <summary>The countries in alphabetical order.</summary>
    public IReadOnlyList<CountryCode> Countries { get; }

    /// <summary>Whether the country is in the set. Allocates nothing.</summary>
    public bool Contains(CountryCode country) => _byIndex[country.Index];

    /// <inheritdoc/>
    public bool Equals(CountrySet? other) => other is not null && Countries.SequenceEqual(other.Countries);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CountrySet);

    /// <inheritdoc/>
    public override int GetHashCode() => Countries.Aggregate(Countries.Count, (hash, country) => HashCode.Combine(hash, country.Index));

    /// <summary>The codes, separated by spaces.</summary>
    public override string ToString() => string.Join(' ', Countries);
}
