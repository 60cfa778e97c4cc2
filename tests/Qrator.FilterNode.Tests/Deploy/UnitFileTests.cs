using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Deploy;

public sealed class UnitFileTests
{
    private const string Program = "/opt/filternode/Qrator.FilterNode";

    private static readonly string Unit = Repository.File("deploy/filternode.service", "it is the systemd unit");

    [Fact]
    public async Task Systemd_finds_nothing_wrong_with_the_unit()
    {
        var folder = Directory.CreateTempSubdirectory("filternode-").FullName;
        try
        {
            // Nothing is installed where the tests run, and the program must be there to be verified.
            var text = await File.ReadAllTextAsync(Unit);
            text.ShouldContain($"ExecStart={Program}\n");
            var copy = Path.Combine(folder, "filternode.service");
            await File.WriteAllTextAsync(copy, text.Replace(Program, "/bin/true", StringComparison.Ordinal));

            var (exit, output, errors) = await Command.RunAsync(folder, "", "systemd-analyze", "verify", copy);

            (output + errors).ShouldBe("");
            exit.ShouldBe(0);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Systemd_says_that_the_unit_is_exposed_less_than_3()
    {
        // In tenths; one that is above ends with 1.
        var (exit, output, errors) = await Command.RunAsync(Repository.Root, "", "systemd-analyze", "security", "--offline=yes", "--threshold=29", "--no-pager", Unit);

        exit.ShouldBe(0, output + errors);
        output.ShouldContain("Overall exposure level for filternode.service: ");
    }
}
