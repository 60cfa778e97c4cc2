using System.Net;
using System.Text.Json.Nodes;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode;

public sealed class GeoFilterTests
{
    // Allocated to these countries since the beginning of the registries' files.
    private const string Russian = "77.88.55.88";
    private const string American = "8.8.8.8";
    private const string Private = "10.1.2.3";

    [Fact]
    public async Task A_client_from_elsewhere_passes_once_and_is_then_on_the_blacklist()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartAsync(origin.Address, """{ "Mode": "Allow", "Countries": ["RU"], "UnknownCountry": "Deny" }""");

        (await AskAsync(node, American)).ShouldBe(HttpStatusCode.OK);
        (await AskAsync(node, American)).ShouldBeNull();
        (await AskAsync(node, Private)).ShouldBe(HttpStatusCode.OK);
        (await AskAsync(node, Private)).ShouldBeNull();
        (await AskAsync(node, Russian)).ShouldBe(HttpStatusCode.OK);
        (await AskAsync(node, Russian)).ShouldBe(HttpStatusCode.OK);
        await node.ShouldComeToAsync("filternode_list_entries{service=\"shop\",list=\"blacklist\",source=\"geo\"}", 2);
        node.Log.Count("source=geo rule= ttl=1800s").ShouldBe(2);
        node.Log.Count(" country is US").ShouldBe(1);
    }

    [Fact]
    public async Task The_status_of_a_client_tells_its_country_and_what_the_filter_did()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartAsync(origin.Address, """{ "Mode": "Allow", "Countries": ["RU"] }""");
        await AskAsync(node, American);

        var status = await node.CallAsync("ip_status", $"[\"{American}\"]");

        status.GetProperty("country").GetString().ShouldBe("US");
        var list = status.GetProperty("services")[0].GetProperty("blacklist");
        (list.GetProperty("source").GetString(), list.GetProperty("matched").GetString()).ShouldBe(("geo", "country is US"));
        (await node.EntriesAsync("blacklist")).ShouldHaveSingleItem().ShouldEndWith(",\"geo: country is US\"]");
        (await node.CallAsync("ip_status", $"[\"{Private}\"]")).GetProperty("country").GetString().ShouldBe("unknown");
    }

    [Fact]
    public async Task Deny_lists_only_the_countries_named()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartAsync(origin.Address, """{ "Mode": "Deny", "Countries": ["us"] }""");

        (await AskAsync(node, American)).ShouldBe(HttpStatusCode.OK);
        (await AskAsync(node, American)).ShouldBeNull();
        (await AskAsync(node, Russian)).ShouldBe(HttpStatusCode.OK);
        (await AskAsync(node, Russian)).ShouldBe(HttpStatusCode.OK);
        (await AskAsync(node, Private)).ShouldBe(HttpStatusCode.OK);
        (await AskAsync(node, Private)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_whitelisted_client_may_come_from_anywhere()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartAsync(origin.Address, """{ "Mode": "Allow", "Countries": ["RU"] }""", whitelisted: American);

        (await AskAsync(node, American)).ShouldBe(HttpStatusCode.OK);
        (await AskAsync(node, American)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_changed_database_is_taken_and_a_bad_one_leaves_the_one_before()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartAsync(origin.Address, """{ "Mode": "Deny", "Countries": ["US"] }""");
        var database = Path.Combine(node.Folder, "country.mmdb");

        File.WriteAllBytes(database + ".next", [1, 2, 3]);
        File.Move(database + ".next", database, overwrite: true);
        await Eventually.Holds(async () => await node.MetricAsync("filternode_config_last_reload_successful") == 0, "the bad file is refused");
        node.Log.Count("FilterNode:GeoIp:Database: country.mmdb is not a country database").ShouldBe(1);
        (await AskAsync(node, American)).ShouldBe(HttpStatusCode.OK);
        (await AskAsync(node, American)).ShouldBeNull();

        File.Copy(Database, database + ".next");
        File.Move(database + ".next", database, overwrite: true);
        await Eventually.Holds(async () => await node.MetricAsync("filternode_config_last_reload_successful") == 1, "the good file is taken");
    }

    private static string Database => Repository.File(
        "tests/node_modules/@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb",
        "run tests/run.sh, or: npm install --no-package-lock --prefix tests");

    private static async Task<HttpStatusCode?> AskAsync(TestNode node, string client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, node.Address);
        request.Headers.Add("X-Forwarded-For", client);
        try
        {
            using var response = await node.Client.SendAsync(request);
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static async Task<TestNode> StartAsync(string origin, string filter, string? whitelisted = null)
    {
        var settings = TestNode.Settings(origin);
        settings["FilterNode"]!["Clients"] = new JsonObject { ["TrustedProxies"] = new JsonArray("127.0.0.1") };
        settings["FilterNode"]!["GeoIp"] = new JsonObject { ["Database"] = "country.mmdb" };
        TestNode.Shop(settings)["GeoFilter"] = JsonNode.Parse(filter);
        TestNode.Shop(settings)["Whitelist"] = whitelisted is null ? [] : new JsonArray(whitelisted);
        return await TestNode.StartAsync(settings, folder => File.Copy(Database, Path.Combine(folder, "country.mmdb")));
    }
}
