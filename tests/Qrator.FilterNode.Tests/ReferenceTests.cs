using System.Text.Json;
using Qrator.FilterNode.Configuration.Reference;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode;

public sealed class ReferenceTests
{
    [Theory]
    [InlineData("--print-schema", "deploy/appsettings.schema.json")]
    [InlineData("--print-reference", "docs/configuration.md")]
    [InlineData("--print-metrics", "docs/metrics.md")]
    public async Task What_is_in_the_repository_is_what_the_node_prints(string argument, string file)
    {
        var (exit, output, _) = await Command.RunAsync(Repository.Root, "", "dotnet", NodeProcess.Dll, argument);

        exit.ShouldBe(0);
        File.ReadAllText(Repository.File(file, $"write what Qrator.FilterNode {argument} prints")).ShouldBe(output, $"write what Qrator.FilterNode {argument} prints");
    }

    [Fact]
    public void The_schema_names_every_key_of_the_example_and_the_demo()
    {
        var schema = JsonDocument.Parse(ConfigSchema.Create().ToJsonString()).RootElement;
        foreach (var file in (string[])["deploy/appsettings.json", "deploy/compose/appsettings.json", "src/Qrator.FilterNode/appsettings.Demo.json"])
        {
            using var example = JsonDocument.Parse(
                File.ReadAllText(Repository.File(file, "it is part of the repository")), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
            Check(schema, schema.GetProperty("properties").GetProperty("FilterNode"), example.RootElement.GetProperty("FilterNode"), file);
        }
    }

    [Theory]
    [InlineData("deploy")]
    [InlineData("deploy/compose")]
    public async Task The_example_configurations_are_good(string folder)
    {
        var (exit, output, errors) = await Command.RunAsync(Path.Combine(Repository.Root, folder), "", "dotnet", NodeProcess.Dll, "--check-config");

        errors.ShouldBe("");
        output.ShouldBe("the configuration is good: 1 listeners, 1 services\n");
        exit.ShouldBe(0);
    }

    private static void Check(JsonElement root, JsonElement schema, JsonElement value, string path)
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            schema = root.GetProperty("$defs").GetProperty(reference.GetString()!["#/$defs/".Length..]);
        }

        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in value.EnumerateArray())
            {
                Check(root, schema.GetProperty("items"), item, path);
            }
        }
        else if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in value.EnumerateObject())
            {
                var known = schema.TryGetProperty("properties", out var properties)
                    ? properties.TryGetProperty(property.Name, out var inner)
                    : schema.TryGetProperty("additionalProperties", out inner);
                known.ShouldBeTrue($"{path}:{property.Name} is not in the schema");
                Check(root, inner, property.Value, $"{path}:{property.Name}");
            }
        }
    }
}
