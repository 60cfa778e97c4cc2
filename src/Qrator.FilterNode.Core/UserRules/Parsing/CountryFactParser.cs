using Qrator.FilterNode.Geo;
using Qrator.FilterNode.UserRules.Conditions;

namespace Qrator.FilterNode.UserRules.Parsing;

/// <summary>Makes facts about countries.</summary>
internal sealed class CountryFactParser(ParseErrors errors, Predicate<CountryCode> isCountry)
{
    /// <summary>The fact, or null after reporting every code that is none at its place below <paramref name="path"/>.</summary>
    public CountryFact? Parse(IReadOnlyList<string> codes, string path)
    {
        var countries = new List<CountryCode>(codes.Count);
        for (var i = 0; i < codes.Count; i++)
        {
            if (CountryCode.TryPack(codes[i], out var country) && isCountry(country))
            {
                countries.Add(country);
            }
            else
            {
                errors.Add($"{path}:{i}", $"\"{codes[i]}\" is not a country; ISO 3166-1 alpha-2, such as DE");
            }
        }

        return countries.Count == codes.Count ? new(new(countries)) : null;
    }
}
