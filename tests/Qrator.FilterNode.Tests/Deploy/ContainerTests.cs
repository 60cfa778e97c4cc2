using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Deploy;

/// <summary>What can be known of the container without an engine that builds it: its files, its recipe, and the command that looks after its health.</summary>
public sealed partial class ContainerTests
{
    private const string Recipe = "dotnet publish src/Qrator.FilterNode -p:PublishProfile=SingleFile -o ";

    private static readonly string Dockerfile = File.ReadAllText(Repository.File("deploy/Dockerfile", "it makes the container"));

    private static readonly string Compose = Read("deploy/compose.yaml");

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
        var mounted = MountLine().Matches(Compose).Select(match => match.Groups[1].Value).ToList();

        mounted.Count.ShouldBeGreaterThan(3);
        foreach (var path in mounted)
        {
            File.Exists(Path.Combine(Repository.Root, "deploy", path)).ShouldBeTrue(path);
        }
    }

    [Fact]
    public async Task Compose_finds_nothing_wrong_with_its_file()
    {
        // Debian's is of before the file could name its project, and wants a version.
        var text = "version: '3.8'\n" + Compose.Replace("\nname: filternode\n", "\n", StringComparison.Ordinal);

        var (exit, output, errors) = await Command.RunAsync(Path.Combine(Repository.Root, "deploy"), text, "docker-compose", "-f", "-", "config");

        (exit, errors).ShouldBe((0, ""));
        output.ShouldContain("\n  node:\n");
    }

    [Fact]
    public void Every_image_is_named_with_its_version()
    {
        var images = ImageLine().Matches(Dockerfile + "\n" + Compose).Select(match => match.Groups[1].Value).ToList();

        images.Count.ShouldBe(5);
        images.ShouldAllBe(image => VersionTag().IsMatch(image));
    }

    [Fact]
    public void What_the_files_of_compose_say_of_each_other_is_so()
    {
        var settings = JsonNode.Parse(Read("deploy/compose/appsettings.json"))!["FilterNode"]!;
        var port = ((string)settings["Listeners"]![0]!["Address"]!).Split(':')[1];
        var origin = ((string)settings["Services"]!["demo"]!["Origins"]![0]!).Split(':')[0];

        Dockerfile.ShouldContain($"EXPOSE {port} ");
        Compose.ShouldContain($"- \"{port}:{port}\"");
        Compose.ShouldContain($"ipv4_address: {origin}\n");
        Compose.ShouldContain("context: ..\n      dockerfile: deploy/Dockerfile\n");
        Compose.ShouldContain("\"--web.listen-address=:9091\"");
        Read("deploy/prometheus.yml").ShouldContain($"targets: [\"{settings["Admin"]!["Address"]}\"]");
        Read("deploy/grafana/datasource.yaml").ShouldContain("url: http://node:9091\n");
        Read("deploy/grafana/provider.yaml").ShouldContain("path: /var/lib/grafana/dashboards\n");
        Compose.ShouldContain("- ./grafana/dashboard.json:/var/lib/grafana/dashboards/");
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

    private static string Read(string path) => File.ReadAllText(Repository.File(path, "compose needs it"));

    [GeneratedRegex("^(?:FROM|    image:) (\\S+)", RegexOptions.Multiline)]
    private static partial Regex ImageLine();

    [GeneratedRegex(":v?[0-9]+\\.[0-9]+")]
    private static partial Regex VersionTag();

    [GeneratedRegex("^COPY (?!--from)(.*) \\S+$", RegexOptions.Multiline)]
    private static partial Regex CopyLine();

    [GeneratedRegex("- \\./(\\S+?):", RegexOptions.Multiline)]
    private static partial Regex MountLine();
}
