using System.Text.RegularExpressions;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Deploy;

/// <summary>What can be known of the container without an engine that builds it: its files, its recipe, and the command that looks after its health.</summary>
public sealed partial class ContainerTests
{
    private const string Recipe = "dotnet publish src/Qrator.FilterNode -p:PublishProfile=SingleFile -o ";

    private static readonly string Dockerfile = File.ReadAllText(Repository.File("deploy/Dockerfile", "it makes the container"));

    [Theory]
    [InlineData("deploy/Dockerfile")]
    [InlineData("docs/operations.md")]
    public void The_publish_recipe_is_the_same_everywhere(string file) =>
        File.ReadAllText(Repository.File(file, "it has the recipe")).ShouldContain(Recipe);

    [Fact]
    public void The_profile_of_the_recipe_makes_one_self_contained_file()
    {
        var profile = File.ReadAllText(Repository.File("src/Qrator.FilterNode/Properties/PublishProfiles/SingleFile.pubxml", "the recipe names it"));

        profile.ShouldContain("<SelfContained>true</SelfContained>");
        profile.ShouldContain("<PublishSingleFile>true</PublishSingleFile>");
        profile.ShouldContain("<IncludeNativeLibrariesForSelfExtract>true</IncludeNativeLibrariesForSelfExtract>");
    }

    [Fact]
    public void What_the_Dockerfile_copies_is_there()
    {
        var copied = CopyLine().Matches(Dockerfile).SelectMany(match => match.Groups[1].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();

        copied.ShouldContain("src/");
        foreach (var path in copied)
        {
            Path.Exists(Path.Combine(Repository.Root, path)).ShouldBeTrue(path);
        }
    }

    [Fact]
    public void The_last_stage_has_the_published_file_alone_and_does_not_run_as_root()
    {
        var last = Dockerfile[Dockerfile.LastIndexOf("\nFROM ", StringComparison.Ordinal)..];

        last.ShouldContain("chiseled");
        last.ShouldContain("COPY --from=build /app/Qrator.FilterNode /app/Qrator.FilterNode");
        last.ShouldContain("USER $APP_UID");
        last.ShouldContain("ENTRYPOINT [\"/app/Qrator.FilterNode\"]");
        last.ShouldContain("CMD [\"/app/Qrator.FilterNode\", \"ready\"]");
    }

    [Fact]
    public void The_files_that_compose_mounts_are_there()
    {
        var mounted = MountLine().Matches(File.ReadAllText(Repository.File("deploy/compose.yaml", "it starts the containers"))).Select(match => match.Groups[1].Value).ToList();

        mounted.Count.ShouldBeGreaterThan(3);
        foreach (var path in mounted)
        {
            File.Exists(Path.Combine(Repository.Root, "deploy", path)).ShouldBeTrue(path);
        }
    }

    [Fact]
    public async Task The_health_command_says_whether_the_node_of_the_folder_takes_traffic()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(origin.Address);
        Task<(int Exit, string Output, string Errors)> AskAsync(string address) =>
            Command.RunAsync(node.Folder, "", "dotnet", NodeProcess.Dll, "ready", $"--FilterNode:Admin:Address={address}");

        (await AskAsync(node.AdminAddress.Authority)).ShouldBe((0, "ready\n", ""));
        var (exit, output, errors) = await AskAsync("127.0.0.1:1");
        (exit, output).ShouldBe((1, ""));
        errors.ShouldStartWith("the node at http://127.0.0.1:1/ cannot be asked: ");
    }

    [GeneratedRegex("^COPY (?!--from)(.*) \\S+$", RegexOptions.Multiline)]
    private static partial Regex CopyLine();

    [GeneratedRegex("- \\./(\\S+?):", RegexOptions.Multiline)]
    private static partial Regex MountLine();
}
