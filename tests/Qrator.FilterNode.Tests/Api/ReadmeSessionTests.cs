using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Api;

/// <summary>The session with the admin API that the README shows, with the configuration of the demo.</summary>
public sealed class ReadmeSessionTests
{
    // What the README says it leaves out, and what is another one each time.
    private static readonly string[] LeftOut = ["whitelist", "limited", "behavior", "listed", "decisions"];
    private static readonly string[] Changing = ["since", "since_text", "until", "until_text", "request_id"];

    [Fact]
    public async Task Each_call_of_the_session_is_answered_as_the_README_prints_it()
    {
        await using var origin = await TestOrigin.StartAsync();
        var settings = JsonNode.Parse(await File.ReadAllTextAsync(Repository.File("src/Qrator.FilterNode/appsettings.Demo.json", "it is part of the repository")))!;
        var section = settings["FilterNode"]!.AsObject();
        section.Remove("DemoOrigin");
        section["Listeners"]![0]!["Address"] = "127.0.0.1:0";
        section["Admin"]!["Address"] = "127.0.0.1:0";
        section["Services"]!["demo"]!["Origins"] = new JsonArray(origin.Address);
        await using var node = await TestNode.StartAsync(settings);

        // The seconds that are left are printed too.
        node.Time.StandStill();
        using (var bad = new HttpRequestMessage(HttpMethod.Get, node.Address))
        {
            bad.Headers.UserAgent.ParseAdd("BadBot");
            (await node.Client.SendAsync(bad)).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        var session = Session().ToList();
        session.Count.ShouldBe(5);
        foreach (var (call, printed) in session)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(node.AdminAddress, "request/service/demo"))
            {
                Content = new StringContent(call, Encoding.UTF8, "application/x-www-form-urlencoded"),
            };
            request.Headers.Add("X-Qrator-Auth", "change-me");
            using var response = await node.Client.SendAsync(request);
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
            Compare(JsonNode.Parse(printed), JsonNode.Parse(await response.Content.ReadAsStringAsync()), call);
        }
    }

    private static IEnumerable<(string Call, string Printed)> Session()
    {
        var readme = File.ReadAllText(Repository.File("README.md", "it is part of the repository"));
        return Regex.Matches(readme, @"^\$ api '(?<call>.*)'\n(?<answer>(.+\n)+?)(?=\n|```)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)
            .Select(match => (match.Groups["call"].Value, match.Groups["answer"].Value));
    }

    private static void Compare(JsonNode? printed, JsonNode? actual, string place)
    {
        switch (printed)
        {
            case JsonObject expected:
                var names = actual.ShouldBeOfType<JsonObject>(place).Select(property => property.Key).ToList();
                names.Except(expected.Select(property => property.Key)).Except(LeftOut).ShouldBeEmpty(place);
                foreach (var (name, value) in expected.Where(property => !Changing.Contains(property.Key)))
                {
                    names.ShouldContain(name, place);
                    Compare(value, actual![name], $"{place}: {name}");
                }

                break;
            case JsonArray expected:
                actual.ShouldBeOfType<JsonArray>(place).Count.ShouldBe(expected.Count, place);
                foreach (var (index, value) in expected.Index())
                {
                    Compare(value, actual![index], $"{place}[{index}]");
                }

                break;
            default:
                (actual?.ToJsonString()).ShouldBe(printed?.ToJsonString(), place);
                break;
        }
    }
}
