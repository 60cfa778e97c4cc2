using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Qrator.FilterNode.Fixtures;

/// <summary>Calls the admin API as its clients do.</summary>
public static class AdminApi
{
    /// <summary>Sends a body as it is; the answer must be 200 and have exactly result, error and id.</summary>
    public static async Task<JsonElement> PostAsync(this TestNode node, string body, string path = "request/service/shop")
    {
        using var response = await node.SendAsync(HttpMethod.Post, path, body);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        answer.RootElement.EnumerateObject().Select(member => member.Name).ShouldBe(["result", "error", "id"]);
        return answer.RootElement.Clone();
    }

    /// <summary>The result of a method, which must not be in error.</summary>
    public static async Task<JsonElement> CallAsync(this TestNode node, string method, string parameters = "[]", string service = "shop")
    {
        var answer = await node.PostAsync($$"""{"method": "{{method}}", "params": {{parameters}}, "id": 7}""", $"request/service/{service}");
        answer.GetProperty("error").ValueKind.ShouldBe(JsonValueKind.Null, answer.GetRawText());
        answer.GetProperty("id").GetInt32().ShouldBe(7);
        return answer.GetProperty("result");
    }

    /// <summary>The sentence of a call that must be wrong, and then without a result.</summary>
    public static async Task<string> FailAsync(this TestNode node, string body, string service = "shop")
    {
        var answer = await node.PostAsync(body, $"request/service/{service}");
        answer.GetProperty("result").ValueKind.ShouldBe(JsonValueKind.Null, answer.GetRawText());
        return answer.GetProperty("error").GetString()!;
    }

    public static async Task<HttpResponseMessage> SendAsync(this TestNode node, HttpMethod method, string path, string? body = null, string? token = "secret")
    {
        using var request = new HttpRequestMessage(method, new Uri(node.AdminAddress, path));
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Qrator-Auth", token);
        }

        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        return await node.Client.SendAsync(request);
    }

    /// <summary>The entries of a list as text, in any order.</summary>
    public static async Task<IReadOnlyList<string>> EntriesAsync(this TestNode node, string list) =>
        [.. (await node.CallAsync($"{list}_get")).EnumerateArray().Select(entry => entry.GetRawText()).Order(StringComparer.Ordinal)];

    /// <summary>The smallest configuration with more keys in the section of its service.</summary>
    public static JsonObject Settings(string origin, string more)
    {
        var settings = TestNode.Settings(origin);
        foreach (var (key, value) in JsonNode.Parse($"{{{more}}}")!.AsObject().ToList())
        {
            TestNode.Shop(settings)[key] = value!.DeepClone();
        }

        return settings;
    }
}
