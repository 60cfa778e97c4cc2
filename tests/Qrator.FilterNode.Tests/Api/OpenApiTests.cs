using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Qrator.FilterNode.Admin.Api;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Api;

public sealed partial class OpenApiTests
{
    [Fact]
    public async Task The_description_is_served_and_names_every_method()
    {
        await using var node = await TestNode.StartAsync("127.0.0.1:1");

        using var response = await node.SendAsync(HttpMethod.Get, "openapi.json");

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        var root = document.RootElement;
        root.GetProperty("openapi").GetString().ShouldBe("3.1.0");
        var schemas = root.GetProperty("components").GetProperty("schemas");
        foreach (var method in ApiMethods.All)
        {
            schemas.GetProperty($"{method.Name}_call").GetProperty("properties").GetProperty("method").GetProperty("const").GetString().ShouldBe(method.Name);
            schemas.GetProperty($"{method.Name}_answer").GetProperty("required").GetArrayLength().ShouldBe(3);
        }

        foreach (var path in (string[])["/request/service/{service}", "/request/domain/{service}"])
        {
            var post = root.GetProperty("paths").GetProperty(path).GetProperty("post");
            var body = post.GetProperty("requestBody").GetProperty("content").GetProperty("application/json");
            body.GetProperty("schema").GetProperty("oneOf").GetArrayLength().ShouldBe(ApiMethods.All.Count);
            body.GetProperty("examples").EnumerateObject().Select(example => example.Name).ShouldBe(ApiMethods.All.Select(method => method.Name));
        }
    }

    [Fact]
    public void Every_reference_leads_somewhere_every_operation_has_answers_and_every_part_of_a_path_is_a_parameter()
    {
        using var document = JsonDocument.Parse(OpenApi.Text);
        var root = document.RootElement;
        (root.GetProperty("info").GetProperty("title").GetString(), root.GetProperty("info").GetProperty("version").GetString()).ShouldNotBe((null, null));
        foreach (var reference in References(root))
        {
            reference.ShouldStartWith("#/");
            reference[2..].Split('/').Aggregate(root, (at, name) => at.GetProperty(name)).ValueKind.ShouldBe(JsonValueKind.Object, reference);
        }

        var ids = new List<string>();
        foreach (var path in root.GetProperty("paths").EnumerateObject())
        {
            path.Name.ShouldStartWith("/");
            var declared = path.Value.TryGetProperty("parameters", out var parameters) ? parameters.EnumerateArray().ToList() : [];
            declared.ShouldAllBe(parameter => parameter.GetProperty("in").GetString() == "path" && parameter.GetProperty("required").GetBoolean());
            declared.Select(parameter => parameter.GetProperty("name").GetString()).ShouldBe(Parameter().Matches(path.Name).Select(match => match.Groups[1].Value));
            foreach (var operation in path.Value.EnumerateObject().Where(member => member.Name is "get" or "post"))
            {
                operation.Value.GetProperty("summary").GetString().ShouldNotBeNullOrEmpty();
                operation.Value.GetProperty("responses").EnumerateObject().ShouldAllBe(answer => answer.Value.GetProperty("description").GetString()!.Length > 0);
                ids.Add(operation.Value.TryGetProperty("operationId", out var id) ? id.GetString()! : path.Name);
            }
        }

        ids.ShouldBeUnique();
        foreach (var requirement in root.GetProperty("security").EnumerateArray().SelectMany(requirement => requirement.EnumerateObject()))
        {
            root.GetProperty("components").GetProperty("securitySchemes").GetProperty(requirement.Name).GetProperty("type").GetString().ShouldBe("apiKey");
        }
    }

    [Fact]
    public async Task The_example_of_every_method_is_answered_without_an_error()
    {
        await using var node = await TestNode.StartAsync("127.0.0.1:1");

        foreach (var method in ApiMethods.All)
        {
            await node.CallAsync(method.Name, method.Example);
        }
    }

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => member.Name == "$ref" ? [member.Value.GetString()!] : References(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };

    [GeneratedRegex("{([^}]+)}")]
    private static partial Regex Parameter();
}
