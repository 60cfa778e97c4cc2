using Qrator.FilterNode.Configuration.Binding;
using Qrator.FilterNode.Geo;
using Qrator.FilterNode.UserRules.Parsing;

namespace Qrator.FilterNode.Configuration;

/// <summary>
/// Every file in Cases/user-rules is a section UserRules; the file beside it with the ending .errors.txt has exactly the errors, one a line.
/// Files that begin with no-database are read as if no country database were configured.
/// </summary>
public class UserRulesCaseTests
{
    private const string SectionPath = "FilterNode:Services:shop:UserRules";
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Configuration", "Cases", "user-rules");

    public static TheoryData<string> Cases => [.. Directory.GetFiles(Folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Order()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_section_has_exactly_the_errors_of_its_golden_case(string name)
    {
        var json = File.ReadAllText(Path.Combine(Folder, name + ".json"));
        var expected = File.ReadAllLines(Path.Combine(Folder, name + ".errors.txt"));
        var errors = new ConfigErrors();

        var config = ConfigBinder.Bind<UserRulesConfig>(JsonTree.Parse(SectionPath, json), errors);
        var hasCountries = !name.StartsWith("no-database", StringComparison.Ordinal);
        var parsed = UserRulesParser.Parse(config, SectionPath, hasCountries, IsCountry, errors);

        errors.All.Select(error => error.ToString()).ShouldBe(expected);
        if (expected.Length == 0)
        {
            parsed.Rules.Count.ShouldBe(config.Rules.Count);
        }
    }

    private static bool IsCountry(CountryCode country) => country.ToString() is "DE" or "FR" or "RU" or "US";
}
