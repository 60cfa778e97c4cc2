using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Geo;

/// <summary>A country as operators write it: an ISO 3166-1 alpha-2 code, in any case.</summary>
/// <param name="Code">The code.</param>
public sealed record CountryText(CountryCode Code) : IConfigText<CountryText>
{
    /// <inheritdoc/>
    public static bool TryParse(string text, out CountryText value, out string problem)
    {
        var ok = CountryCode.TryPack(text, out var code) && Iso3166.IsConfigurable(code);
        value = new(code);
        problem = $"\"{text}\" is not a country; two letters of ISO 3166-1, such as RU";
        return ok;
    }

    /// <summary>The code.</summary>
    public override string ToString() => Code.ToString();
}
