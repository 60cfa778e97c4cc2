using System.Text.RegularExpressions;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Deploy;

public sealed partial class PrometheusRulesTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "deploy");

    [Theory]
    [InlineData("check", "config", "prometheus.yml")]
    [InlineData("check", "rules", "filternode.rules.yml")]
    [InlineData("test", "rules", "filternode.rules.test.yml")]
    public async Task Promtool_finds_nothing_wrong_with(params string[] arguments)
    {
        var (exit, output, errors) = await Command.RunAsync(Folder, "", "promtool", arguments);

        exit.ShouldBe(0, output + errors);
        output.ShouldContain("SUCCESS");
    }

    [Fact]
    public void Every_alert_has_a_unit_test_and_a_paragraph_for_the_one_who_gets_it()
    {
        var alerts = AlertName().Matches(File.ReadAllText(Path.Combine(Folder, "filternode.rules.yml"))).Select(match => match.Groups[1].Value).ToList();
        var tested = File.ReadAllText(Path.Combine(Folder, "filternode.rules.test.yml"));
        var explained = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operations.md"));

        alerts.ShouldNotBeEmpty();
        alerts.ShouldBeUnique();
        foreach (var alert in alerts)
        {
            tested.ShouldContain($"alertname: {alert}\n        eval_time", customMessage: alert);
            explained.ShouldContain($"### {alert}\n", customMessage: alert);
        }
    }

    [GeneratedRegex("alert: (\\w+)")]
    private static partial Regex AlertName();
}
