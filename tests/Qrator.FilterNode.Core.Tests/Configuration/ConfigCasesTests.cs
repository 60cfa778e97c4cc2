using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>Golden cases: <c>Cases/x.json</c> is a configuration, <c>Cases/x.errors.txt</c> what the operator reads; nothing for a good one.</summary>
public class ConfigCasesTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Configuration", "Cases");

    public static TheoryData<string> Names => [.. All];

    private static IEnumerable<string> All =>
        Directory.EnumerateFiles(Folder, "*.json").Select(Path.GetFileNameWithoutExtension).OfType<string>().Order(StringComparer.Ordinal);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_configuration_gives_exactly_these_errors(string name)
    {
        var errors = new ConfigErrors();
        ConfigValidator.Read(JsonConfig.Read(File.ReadAllText(PathOf(name, ".json"))), errors);
        errors.All.Select(error => error.ToString()).ShouldBe(File.ReadAllLines(PathOf(name, ".errors.txt")));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_good_by_name_has_no_errors_and_the_rest_has(string name) =>
        (File.ReadAllLines(PathOf(name, ".errors.txt")).Length == 0).ShouldBe(name.StartsWith("good-", StringComparison.Ordinal));

    [Fact]
    public void Every_errors_file_belongs_to_a_case() =>
        Directory.EnumerateFiles(Folder, "*.errors.txt")
            .Select(file => Path.GetFileName(file).Replace(".errors.txt", "", StringComparison.Ordinal))
            .ShouldBe(All, ignoreOrder: true);

    [Fact]
    public void Every_case_with_errors_can_still_be_bound_and_read_again()
    {
        foreach (var name in All)
        {
            var (first, second) = (new ConfigErrors(), new ConfigErrors());
            var root = JsonConfig.Read(File.ReadAllText(PathOf(name, ".json")));
            ConfigValidator.Read(root, first);
            ConfigValidator.Read(root, second);
            second.All.ShouldBe(first.All, $"{name} must not depend on what was read before");
        }
    }

    private static string PathOf(string name, string ending) => Path.Combine(Folder, name + ending);
}
