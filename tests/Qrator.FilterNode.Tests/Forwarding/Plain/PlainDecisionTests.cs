using System.Text.Json.Nodes;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Forwarding.Plain;

/// <summary>The filters decide the same about a plain request and about one that means the same.</summary>
public sealed class PlainDecisionTests
{
    private static string Database => Repository.File(
        "tests/node_modules/@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb",
        "run tests/run.sh, or: npm install --no-package-lock --prefix tests");

    private const string Miss = "GET /miss HTTP/1.1\r\nHost: x\r\nUser-Agent: good\r\nReferer: http://good/\r\n\r\n";
    private const string Get = "GET / HTTP/1.1\r\nHost: x\r\nUser-Agent: good\r\n\r\n";

    public static TheoryData<string, string> Conditions => new()
    {
        { """{ "Property": "Method", "Operator": "=", "Value": "head" }""", "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n" },
        { """{ "Property": "Path", "Operator": "=", "Value": "/hit" }""", "GET /hit?a HTTP/1.1\r\nHost: x\r\n\r\n" },
        { """{ "Property": "Path", "Operator": "=", "Value": "//hit;a=b/" }""", "GET //hit;a=b/ HTTP/1.1\r\nHost: x\r\n\r\n" },
        { """{ "Property": "Path", "Operator": "=", "Value": "/hit" }""", "GET /a/../%68it HTTP/1.1\r\nHost: x\r\n\r\n" },
        { """{ "Property": "Path", "Operator": "endsWith", "Value": "/hit" }""", "GET http://x/hit HTTP/1.1\r\nHost: x\r\n\r\n" },
        { """{ "Property": "Query", "Operator": "=", "Value": "a=b?c&d" }""", "GET /?a=b?c&d HTTP/1.1\r\nHost: x\r\n\r\n" },
        { """{ "Property": "RequestUri", "Operator": "=", "Value": "http://Shop.Example:80/a?b=c" }""", "GET /a?b=c HTTP/1.1\r\nHost: Shop.Example:80\r\n\r\n" },
        { """{ "Property": "Host", "Operator": "=", "Value": "shop.example" }""", "GET / HTTP/1.1\r\nHOST: Shop.EXAMPLE.:8080\r\n\r\n" },
        { """{ "Property": "Host", "Operator": "contains", "Value": "::1" }""", "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n" },
        { """{ "Property": "UserAgent", "Operator": "contains", "Value": "caf\u00e9" }""", "GET / HTTP/1.1\r\nHost: x\r\nuser-agent: a caf\u00e9 b\r\n\r\n" },
        { """{ "Property": "UserAgent", "Operator": "=", "Value": "bad" }""", "GET / HTTP/1.1\r\nHost: x\r\nUser-Agent:\t bad \t\r\n\r\n" },
        { """{ "Property": "UserAgent", "Operator": "=", "Value": "a, b" }""", "GET / HTTP/1.1\r\nUser-Agent: a\r\nHost: x\r\nUSER-AGENT: b\r\n\r\n" },
        { """{ "Property": "UserAgent", "Operator": "notExists" }""", "GET / HTTP/1.1\r\nHost: x\r\n\r\n" },
        { """{ "Property": "UserAgent", "Operator": "=", "Value": "" }""", "GET / HTTP/1.1\r\nHost: x\r\nUser-Agent:\r\n\r\n" },
        { """{ "Property": "Referer", "Operator": "matches", "Value": "^http://[a-d]+/$" }""", "GET / HTTP/1.1\r\nHost: x\r\nReferer: http://bad/\r\n\r\n" },
        { """{ "Property": "Referer", "Operator": "startsWith", "Value": "http://bad" }""", "GET / HTTP/1.1\r\nHost: x\r\nReferer: http://bad/\r\n\r\n" },
        { """{ "Property": "Header", "Name": "X-Probe", "Operator": "exists" }""", "GET / HTTP/1.1\r\nHost: x\r\nx-probe:\r\n\r\n" },
        { """{ "Property": "Header", "Name": "x-probe", "Operator": "=", "Value": "1, , 2" }""", "GET / HTTP/1.1\r\nX-Probe: 1\r\nHost: x\r\nX-PROBE:\r\nAccept: a\r\nx-probe: 2\r\n\r\n" },
        { """{ "Property": "Header", "Name": "Accept-Language", "Operator": "=", "Value": "en" }""", "GET / HTTP/1.1\r\nHost: x\r\naccept-LANGUAGE: en\r\n\r\n" },
        { """{ "Property": "Header", "Name": "X-Forwarded-For", "Operator": "=", "Value": "192.0.2.1" }""", "GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n" },
        { """{ "Property": "Header", "Name": "X-Qrator-RequestID", "Operator": "exists" }""", "GET / HTTP/1.1\r\nHost: x\r\nX-Qrator-RequestID: forged\r\n\r\n" },
        { """{ "Property": "Cookie", "Name": "b", "Operator": "=", "Value": "2" }""", "GET / HTTP/1.1\r\nHost: x\r\nCookie: a=1; b=2\r\n\r\n" },
        { """{ "Property": "Cookie", "Name": "b", "Operator": "exists" }""", "GET / HTTP/1.1\r\nHost: x\r\ncookie: a=1\r\nCOOKIE: b=\"2\"\r\n\r\n" },
        { """{ "Property": "ContentLength", "Operator": "=", "Value": 0 }""", "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n" },
        { """{ "Property": "ContentLength", "Operator": "exists" }""", "HEAD / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n" },
        { """{ "Property": "Status", "Operator": "=", "Value": 404 }""", "GET /404 HTTP/1.1\r\nHost: x\r\n\r\n" },
        { """{ "Property": "Duration", "Operator": ">", "Value": "00:00:30" }""", "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n" },
        { """{ "Property": "ResponseHeader", "Name": "Location", "Operator": "endsWith", "Value": "/login" }""", "GET /302 HTTP/1.1\r\nHost: x\r\n\r\n" },
        { """{ "Property": "ResponseHeader", "Name": "Content-Type", "Operator": "=", "Value": "a/b, c/d" }""", "GET /302 HTTP/1.1\r\nHost: x\r\n\r\n" },
        { """{ "Property": "ResponseHeader", "Name": "Content-Type", "Operator": "notExists" }""", "GET /404 HTTP/1.1\r\nHost: x\r\n\r\n" },
    };

    [Theory]
    [MemberData(nameof(Conditions))]
    public async Task A_rule_lists_the_client_from_the_request_that_matches(string condition, string hit)
    {
        await using var ways = await StartAsync(shop => shop["UserRules"] = Rule($$""" "Action": "Blacklist", "When": {{condition}} """));

        (await ways.ShouldAnswerAlikeAsync(Miss, Get, Miss)).ShouldNotContain("reset");

        // It still passes itself; the one behind it, on the same connection, does not, nor does a new connection.
        (await ways.ShouldAnswerAlikeAsync(hit)).ShouldEndWith("--\nreset\n--\n");
        (await ways.ShouldAnswerAlikeAsync(Miss)).ShouldStartWith("reset");
        await ShouldHaveCountedAlikeAsync(ways);
    }

    [Fact]
    public async Task A_whitelisted_client_is_judged_by_no_rule()
    {
        await using var ways = await StartAsync(shop =>
        {
            shop["Whitelist"] = new JsonArray("127.0.0.1");
            shop["UserRules"] = Rule(""" "Action": "Blacklist", "When": { "Property": "Status", "Operator": "=", "Value": 404 } """);
        });

        (await ways.ShouldAnswerAlikeAsync("GET /404 HTTP/1.1\r\nHost: x\r\n\r\n", Get)).ShouldNotContain("reset");

        await ways.ShouldCountAlikeAsync(TwoWays.RequestCounts);
        ways.ShouldHaveLoggedNothing();
    }

    [Fact]
    public async Task A_rule_that_needs_only_the_request_saves_a_listed_client()
    {
        await using var ways = await StartAsync(shop =>
        {
            shop["Blacklist"] = new JsonArray("127.0.0.1");
            shop["UserRules"] = Rule(""" "Action": "Whitelist", "When": { "Property": "Cookie", "Name": "key", "Operator": "=", "Value": "42" } """);
        });

        (await ways.ShouldAnswerAlikeAsync(Get)).ShouldStartWith("reset");
        (await ways.ShouldAnswerAlikeAsync("GET / HTTP/1.1\r\nHost: x\r\nCookie: key=42\r\n\r\n", Get, Get)).ShouldNotContain("reset");
        (await ways.ShouldAnswerAlikeAsync(Get)).ShouldNotContain("reset");
        await ShouldHaveCountedAlikeAsync(ways);
    }

    [Theory]
    [InlineData("Reject", "Client", "429")]
    [InlineData("Reject", "Matching", "429")]
    [InlineData("Drop", "Client", "reset")]
    [InlineData("Drop", "Matching", "reset")]
    public async Task A_limited_client_is_answered_429_or_dropped_at_the_same_request(string excess, string scope, string answer)
    {
        await using var ways = await StartAsync(shop => shop["UserRules"] = Rule(
            $$""" "Action": "RateLimit", "Rate": 0.01, "Burst": 3, "Excess": "{{excess}}", "Scope": "{{scope}}", "When": { "Property": "Path", "Operator": "startsWith", "Value": "/login" } """));
        const string Login = "GET /login HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n";
        foreach (var way in ways.Both)
        {
            way.Node.Time.StandStill();
        }

        (await ways.ShouldAnswerAlikeAsync(Login, Get, Login)).ShouldNotContain(answer);
        (await ways.ShouldAnswerAlikeAsync(Login, Login, Login, Login, Login, Get, Get, Get)).ShouldContain(answer);
        await ways.ShouldAnswerAlikeAsync(Login, Get, Login);
        await ways.ShouldAnswerAlikeAsync(Get, Login, Get);
        await ShouldHaveCountedAlikeAsync(ways);
    }

    [Theory]
    [InlineData("User-Agent", "Equals", "bad", "GET / HTTP/1.1\r\nHost: x\r\nuser-agent: bad\r\n\r\n")]
    [InlineData("User-Agent", "Contains", "bad", "GET / HTTP/1.1\r\nHost: x\r\nUser-Agent: a bad one\r\n\r\n")]
    [InlineData("User-Agent", "IsEmpty", null, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("User-Agent", "IsEmpty", null, "GET / HTTP/1.1\r\nHost: x\r\nUser-Agent: \t\r\n\r\n")]
    [InlineData("Referer", "Contains", "bad", "GET / HTTP/1.1\r\nHost: x\r\nReferer: a\r\nUser-Agent: good\r\nReferer: bad\r\n\r\n")]
    public async Task The_header_filter_lists_alike(string header, string test, string? value, string hit)
    {
        await using var ways = await StartAsync(shop => shop["HeaderFilter"] = new JsonObject
        {
            ["Enabled"] = true,
            ["Rules"] = new JsonArray(new JsonObject { ["Id"] = "r", ["Header"] = header, ["Test"] = test, ["Value"] = value, ["List"] = "Blacklist", ["Ttl"] = "00:30:00" }),
        });

        (await ways.ShouldAnswerAlikeAsync(Miss, hit)).ShouldEndWith("--\nreset\n--\n");
        (await ways.ShouldAnswerAlikeAsync(Miss)).ShouldStartWith("reset");
        await ShouldHaveCountedAlikeAsync(ways);
    }

    [Fact]
    public async Task Behind_a_trusted_proxy_the_client_and_its_country_are_the_same()
    {
        await using var ways = await StartAsync(
            shop => shop["UserRules"] = Rule(""" "Action": "Blacklist", "When": { "Property": "Geo", "Operator": "in", "Values": ["US"] } """),
            settings =>
            {
                settings["FilterNode"]!["Clients"] = new JsonObject { ["TrustedProxies"] = new JsonArray("127.0.0.1", "10.0.0.0/8") };
                settings["FilterNode"]!["GeoIp"] = new JsonObject { ["Database"] = "country.mmdb" };
            },
            folder => File.Copy(Database, Path.Combine(folder, "country.mmdb")));
        string[] chains = ["8.8.8.8", "77.88.55.88", "8.8.8.8, 10.1.2.3", "77.88.55.88, 8.8.8.8", "8.8.4.4\r\nX-Forwarded-For: 10.0.0.1", "nonsense", "", "8.8.8.8:80", "[2a02:6b8::1]", "2001:4860:4860::8888"];
        foreach (var chain in (string[])[.. chains, .. chains])
        {
            foreach (var scheme in (string[])["", "X-Forwarded-Proto: https\r\n", "X-Forwarded-Proto: ftp\r\nX-Forwarded-Proto: http\r\n"])
            {
                await ways.ShouldAnswerAlikeAsync($"GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {chain}\r\n{scheme}\r\n");
            }
        }

        await ShouldHaveCountedAlikeAsync(ways);
    }

    [Fact]
    public async Task An_unknown_host_is_dropped()
    {
        await using var ways = await StartAsync(shop => shop["Hosts"] = new JsonArray("shop.example", "*.shop.example"));
        foreach (var host in (string[])["else.example", "shop.example", "a.shop.example", "SHOP.example:80", "shop.example.", "xshop.example", "[::1]", "a.b.shop.example.:1"])
        {
            await ways.ShouldAnswerAlikeAsync($"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n");
        }

        (await ways.ShouldAnswerAlikeAsync("GET / HTTP/1.1\r\nHost: else.example\r\n\r\n")).ShouldBe("reset\n--\n");
        (await ways.ShouldAnswerAlikeAsync("GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n", "GET / HTTP/1.1\r\nHost: else.example\r\n\r\n")).ShouldEndWith("\nreset\n--\n");
        await ShouldHaveCountedAlikeAsync(ways);
    }

    [Theory]
    [InlineData("""{ "Enabled": true }""", "503")]
    [InlineData("""{ "Enabled": true, "RedirectTo": "https://else.example/" }""", "302")]
    public async Task Maintenance_is_answered_alike(string maintenance, string status)
    {
        await using var ways = await StartAsync(shop => shop["Maintenance"] = JsonNode.Parse(maintenance));

        (await ways.ShouldAnswerAlikeAsync(Get, "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n", Get)).ShouldStartWith($"HTTP/1.1 {status} ");
        await ShouldHaveCountedAlikeAsync(ways);
    }

    [Fact]
    public async Task A_request_takes_the_configuration_that_is_in_force_when_it_comes()
    {
        await using var ways = await StartAsync(_ => { });
        foreach (var way in ways.Both)
        {
            await using var client = await way.ConnectAsync();
            await way.SendAsync(client, Get);
            (await client.ReadResponseAsync("GET")).Head.ShouldStartWith("HTTP/1.1 200 ");
            var settings = TestNode.Settings(way.Origin.Address);
            TestNode.Shop(settings)["Blacklist"] = new JsonArray("127.0.0.1");
            way.Node.Write(settings);
            await Eventually.Holds(() => way.Node.Log.Count("configuration reloaded") == 1, "the client is listed");

            await way.SendAsync(client, Get);

            (await client.ReadResponseAsync("GET")).End.ShouldBe(WireEnd.Reset);
        }

        await ways.ShouldCountAlikeAsync(TwoWays.RequestCounts);
    }

    [Fact]
    public async Task The_access_log_has_the_same_records()
    {
        await using var ways = await StartAsync(
            shop => shop["UserRules"] = Rule(""" "Action": "Blacklist", "When": { "Property": "Path", "Operator": "=", "Value": "/hit" } """),
            settings => settings["FilterNode"]!["AccessLog"] = new JsonObject { ["Path"] = "access.log", ["Format"] = "Json" });

        await ways.ShouldAnswerAlikeAsync(Get, "HEAD /a?b HTTP/1.1\r\nHost: x\r\n\r\n", "GET /404 HTTP/1.1\r\nHost: x\r\n\r\n", "GET /302 HTTP/1.1\r\nHost: x\r\n\r\n", Miss);
        (await ways.ShouldAnswerAlikeAsync("GET /hit HTTP/1.1\r\nHost: x\r\n\r\n")).ShouldEndWith("--\nreset\n--\n");
        await ShouldHaveCountedAlikeAsync(ways);
        (await ways.ShouldAgreeAsync(way => way.LoggedAsync(), "access log")).Split('\n').Length.ShouldBe(8);
    }

    private static async Task ShouldHaveCountedAlikeAsync(TwoWays ways)
    {
        await ways.ShouldCountAlikeAsync(TwoWays.RequestCounts);
        ways.ShouldHaveLoggedNothing();
    }

    private static JsonNode Rule(string rule) => JsonNode.Parse($$"""{ "Rules": [ { "Id": "r", "Ttl": "00:30:00", {{rule}} } ] }""")!;

    private static async Task<TwoWays> StartAsync(Action<JsonObject> change, Action<JsonObject>? changeAll = null, Action<string>? prepare = null)
    {
        TwoWays? ways = null;
        return ways = await TwoWays.StartAsync(
            head => Answer(head, ways!),
            address =>
            {
                var settings = TestNode.Settings(address);
                change(TestNode.Shop(settings));
                changeAll?.Invoke(settings);
                return settings;
            },
            prepare);
    }

    private static OriginScript Answer(string head, TwoWays ways)
    {
        if (head.StartsWith("HEAD ", StringComparison.Ordinal))
        {
            return OriginScript.Of("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n");
        }

        switch (head.Split(' ')[1])
        {
            case "/404":
                return OriginScript.Of("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno");
            case "/302":
                return OriginScript.Of("HTTP/1.1 302 Found\r\nlocation: /login\r\nContent-Type: a/b\r\nContent-Length: 2\r\ncontent-type: c/d\r\n\r\nno");
            case "/slow":
                foreach (var way in ways.Both)
                {
                    way.Node.Time.Advance(TimeSpan.FromSeconds(40));
                }

                return OriginScript.Ok;
            default:
                return OriginScript.Ok;
        }
    }
}
