using System.Text.Json;
using System.Text.Json.Nodes;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode;

public sealed class CrawlersTests
{
    private const string Remedy = "run tests/run.sh, or: npm install --no-package-lock --prefix tests";
    private const int Browsers = 900;

    private static readonly string[] Names =
    [
        "Googlebot", "bingbot", "Slurp", "YandexBot", "Baiduspider", "AhrefsBot", "SemrushBot", "MJ12bot", "DotBot", "PetalBot", "facebookexternalhit",
        "Twitterbot", "Applebot", "archive.org_bot", "python-requests", "Go-http-client", "curl/", "Wget", "Scrapy", "HeadlessChrome", "Nutch", "spider",
        "crawler", "Crawler", "Java/", "libwww-perl", "GPTBot", "CCBot", "UptimeRobot", "Pingdom",
    ];

    [Fact]
    public async Task Every_crawler_that_a_rule_names_is_dropped_from_its_second_request_on_and_no_browser_ever_is()
    {
        var crawlers = Crawlers();
        var browsers = BrowserAgents();
        crawlers.Count.ShouldBeGreaterThan(2000);
        browsers.Count.ShouldBeGreaterThan(Browsers);
        await using var nginx = await Nginx.StartAsync("location / { add_header X-Own yes; return 200 'this is nginx'; }");
        await using var node = await TestNode.StartAsync(Settings(nginx.Address));
        var own = await AnswerAsync(node.Client, new Uri($"http://{nginx.Address}/"), "Mozilla/5.0", "192.0.2.1");
        own.ShouldNotBeNull().ShouldContain("this is nginx");

        var named = 0;
        var agents = crawlers.Concat(browsers).Select((agent, number) => (agent, client: $"10.{number >> 16}.{(number >> 8) & 255}.{number & 255}"));
        await Parallel.ForEachAsync(agents, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (visitor, _) =>
        {
            var isNamed = Names.Any(name => visitor.agent.Contains(name, StringComparison.Ordinal));
            Interlocked.Add(ref named, isNamed ? 1 : 0);
            for (var request = 1; request <= 3; request++)
            {
                var answer = await AnswerAsync(node.Client, node.Address, visitor.agent, visitor.client);
                answer.ShouldBe(isNamed && request > 1 ? null : own, $"request {request} of {visitor.agent}");
            }
        });

        named.ShouldBeGreaterThan(300);
        (await node.MetricAsync("filternode_list_entries{service=\"shop\",list=\"blacklist\",source=\"header\"}")).ShouldBe(named);
        browsers.ShouldAllBe(agent => !Names.Any(name => agent.Contains(name, StringComparison.Ordinal)));
    }

    private static JsonObject Settings(string origin)
    {
        var settings = TestNode.Settings(origin);
        settings["FilterNode"]!["Clients"] = new JsonObject { ["TrustedProxies"] = new JsonArray("127.0.0.1") };
        TestNode.Shop(settings)["HeaderFilter"] = new JsonObject
        {
            ["Rules"] = new JsonArray([.. Names.Select((name, number) => new JsonObject
            {
                ["Id"] = $"crawler-{number}",
                ["Header"] = "User-Agent",
                ["Test"] = "Contains",
                ["Value"] = name,
                ["List"] = "Blacklist",
            })]),
        };
        return settings;
    }

    private static IReadOnlyList<string> Crawlers()
    {
        var file = Repository.File("tests/node_modules/crawler-user-agents/crawler-user-agents.json", Remedy);
        using var json = JsonDocument.Parse(File.ReadAllText(file));
        return [.. json.RootElement.EnumerateArray()
            .SelectMany(crawler => crawler.GetProperty("instances").EnumerateArray())
            .Select(instance => instance.GetString()!)
            .Where(agent => agent.All(c => c is >= ' ' and <= '\u00ff'))
            .Distinct()];
    }

    private static IReadOnlyList<string> BrowserAgents()
    {
        var file = Repository.File("tests/node_modules/user-agents/dist/user-agents.json", Remedy);
        using var json = JsonDocument.Parse(File.ReadAllText(file));
        return [.. json.RootElement.EnumerateArray()
            .Select(browser => browser.GetProperty("userAgent").GetString()!)
            .Distinct()];
    }

    /// <summary>Status line, headers and body as one text, without what differs from second to second; null when the connection was dropped.</summary>
    private static async Task<string?> AnswerAsync(HttpClient client, Uri address, string agent, string visitor)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.TryAddWithoutValidation("User-Agent", agent);
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", visitor);
        try
        {
            using var response = await client.SendAsync(request);
            var headers = response.Headers.Concat(response.Content.Headers)
                .Where(header => header.Key is not ("Date" or "Connection"))
                .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}")
                .Order(StringComparer.Ordinal);
            return $"{(int)response.StatusCode} {response.ReasonPhrase}\n{string.Join('\n', headers)}\n\n{await response.Content.ReadAsStringAsync()}";
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
