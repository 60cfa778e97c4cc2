using System.Text;
using System.Text.Json.Nodes;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode;

public sealed class WhyTests
{
    [Fact]
    public async Task Why_asks_the_running_node_and_answers_in_one_paragraph_a_service()
    {
        await using var origin = await TestOrigin.StartAsync();
        var settings = Settings(origin.Address);
        await using var node = await NodeProcess.StartAsync(settings);
        (await PostAsync(node, """{"method": "blacklist_append", "params": [["203.0.113.7", 3600, "ticket 4711"]]}""")).ShouldContain("\"result\":1");

        var (exit, output, errors) = await RunAsync(node.Folder, "why", "203.0.113.7");

        errors.ShouldBe("");
        exit.ShouldBe(0);
        var paragraphs = output.TrimEnd('\n').Split("\n\n");
        paragraphs[0].ShouldBe("203.0.113.7");
        paragraphs.Length.ShouldBe(3);
        paragraphs.ShouldContain(paragraph => paragraph.StartsWith("blog: unlisted.\n  - blacklist_append [[\"203.0.113.7\", ", StringComparison.Ordinal));
        var shop = paragraphs.Single(paragraph => paragraph.StartsWith("shop: ", StringComparison.Ordinal));
        shop.ShouldStartWith("shop: blacklisted. 203.0.113.7 is on the blacklist since 2");
        shop.ShouldContain("s left), by an operator: ticket 4711.");
        shop.ShouldContain("\n  - blacklist_remove [\"203.0.113.7\"] lets it in, without memory of what it did\n");

        (exit, output, _) = await RunAsync(node.Folder, "why", "--service", "SHOP", "198.51.100.1");
        exit.ShouldBe(0);
        output.ShouldStartWith("198.51.100.1\n\nshop: unlisted.\n");
        output.ShouldNotContain("blog");
    }

    [Theory]
    [InlineData("no address; Qrator.FilterNode why ADDRESS [--service NAME] [--FilterNode:Key=value ...]", "why")]
    [InlineData("\"203.0.113\" is not an address or subnet; such as 198.51.100.7, 198.51.100.0/24 or 2001:db8::/32", "why", "203.0.113")]
    [InlineData("\"203.0.113.8\" is not understood; Qrator.FilterNode why ADDRESS [--service NAME] [--FilterNode:Key=value ...]", "why", "203.0.113.7", "203.0.113.8")]
    [InlineData("\"--verbose\" is not understood; Qrator.FilterNode why ADDRESS [--service NAME] [--FilterNode:Key=value ...]", "why", "203.0.113.7", "--verbose")]
    [InlineData("there is no service shopp; known: blog, shop", "why", "203.0.113.7", "--service=shopp")]
    public async Task Bad_arguments_are_one_sentence_and_exit_2(string sentence, params string[] arguments)
    {
        var (exit, output, errors) = await RunInNewFolderAsync(Settings("127.0.0.1:1"), arguments);

        exit.ShouldBe(2);
        output.ShouldBe("");
        errors.ShouldBe(sentence + "\n");
    }

    [Fact]
    public async Task A_node_that_does_not_run_is_one_sentence_and_exit_1()
    {
        var settings = Settings("127.0.0.1:1");

        var (exit, output, errors) = await RunInNewFolderAsync(settings, "why", "203.0.113.7");

        exit.ShouldBe(1);
        output.ShouldBe("");
        errors.ShouldStartWith($"the node at http://{settings["FilterNode"]!["Admin"]!["Address"]}/ cannot be asked: ");
        errors.Split('\n').Length.ShouldBe(2);
    }

    [Fact]
    public async Task A_folder_without_the_configuration_is_told_as_that_and_exit_2()
    {
        var (exit, output, errors) = await RunInNewFolderAsync(new JsonObject(), "why", "203.0.113.7");

        exit.ShouldBe(2);
        output.ShouldBe("");
        errors.ShouldBe("the configuration of this folder has no service; why is to be run in the folder of the node's configuration\n");
    }

    [Fact]
    public async Task Without_a_token_nobody_can_ask_and_that_is_exit_1()
    {
        var settings = Settings("127.0.0.1:1");
        settings["FilterNode"]!["Admin"]!["Tokens"] = new JsonArray();

        var (exit, _, errors) = await RunInNewFolderAsync(settings, "why", "203.0.113.7");

        exit.ShouldBe(1);
        errors.ShouldBe("FilterNode:Admin:Tokens is empty, so nobody can ask the node; at least one\n");
    }

    private static JsonObject Settings(string origin)
    {
        var settings = TestNode.Settings(origin);
        settings["FilterNode"]!["Admin"]!["Address"] = $"127.0.0.1:{FreePort.Next()}";
        var services = settings["FilterNode"]!["Services"]!.AsObject();
        services["blog"] = services["shop"]!.DeepClone();
        services["blog"]!["Hosts"] = new JsonArray("blog.example");
        return settings;
    }

    private static async Task<string> PostAsync(NodeProcess node, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(node.AdminAddress, "request/service/shop"));
        request.Headers.TryAddWithoutValidation("X-Qrator-Auth", "secret");
        request.Content = new StringContent(body, Encoding.UTF8);
        using var response = await node.Client.SendAsync(request);
        return await response.Content.ReadAsStringAsync();
    }

    private static async Task<(int ExitCode, string Output, string Errors)> RunInNewFolderAsync(JsonObject settings, params string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("filternode-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "appsettings.json"), settings.ToJsonString());
        try
        {
            return await RunAsync(folder, arguments);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Task<(int ExitCode, string Output, string Errors)> RunAsync(string folder, params string[] arguments) =>
        Command.RunAsync(folder, "", "dotnet", [NodeProcess.Dll, .. arguments]);
}
