using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Quality.Traffic;

/// <summary>
/// A shop: people with pages, pictures, logins and carts; mobile carriers and an office with many behind one address; an app that asks for
/// news; monitoring, feed readers and crawlers.
/// </summary>
internal sealed class ShopBackground(double rate) : IBackground
{
    private const int Items = 5_000;
    private const double RequestsAVisit = 31;
    private static readonly Browser App = new("ShopApp/4.12 (Android 14)", "okhttp");
    private static readonly Browser Monitor = new("Pingdom.com_bot_version_1.4", "monitor");
    private static readonly Browser Feed = new("Tiny Tiny RSS/1.11", "feed");

    private readonly List<ClientKey> _visitors = [];
    private ClientKey[] _carriers = [];
    private ClientKey _office;

    public string Name => "shop";

    public double Rate { get; } = rate;

    public string FrontPage => "/";

    public Browser MostCommon => Browser.MostCommon;

    public Browser PickBrowser(Random random) => Browser.Pick(random);

    /// <summary>What its visitors' browsers call themselves beside what all browsers do; null for the usual ones.</summary>
    public string? Mark { get; init; }

    public void Start(Simulation simulation, Random random)
    {
        _carriers = [.. Enumerable.Range(0, 20).Select(_ => Addresses.OfVisitor(random))];
        _office = Addresses.OfVisitor(random);
        StartVisits(simulation, random, Rate * 0.8 / RequestsAVisit);
        StartApps(simulation, random, Rate * 0.1 / 20);
        for (var i = 0; i < 3; i++)
        {
            StartRobot(simulation, random, Monitor, Addresses.Anywhere(random), 10, exact: true, () => ("/health", ""));
        }

        for (var i = 0; i < 300; i++)
        {
            StartRobot(simulation, random, Feed, Addresses.Anywhere(random), 60 * random.Next(15, 31), exact: true, () => ("/feed.xml", ""));
        }

        foreach (var crawler in Crawlers.All)
        {
            for (var i = 0; i < 6; i++)
            {
                StartRobot(simulation, random, crawler, Crawlers.Address(crawler, i), 3, exact: false, () => (Item(random), ""));
            }
        }
    }

    /// <summary>The browser that all its visitors have; null for many.</summary>
    public Browser? Only { get; init; }

    public IBackground Other(double times) => new ShopBackground(Rate * times) { Mark = "Other/2" };

    public IBackground WithOneBrowser(Browser browser) => new ShopBackground(Rate) { Only = browser };

    public void StartAtOnce(Simulation simulation, Random random)
    {
        Start(simulation, random);
        const int Seconds = 180;
        var visits = (int)(Rate * 0.8 / RequestsAVisit * Daily.At(simulation.Hour) * Seconds);
        for (var i = 0; i < visits; i++)
        {
            Session(simulation, random, PickAddress(random), null, Pages(random), -Seconds * random.NextDouble());
        }
    }

    public int Visit(Simulation simulation, Random random, Landing landing) =>
        Session(simulation, random, Addresses.OfVisitor(random), landing, random.Next(1, 3));

    private static string Item(Random random) => $"/item/{(int)(Items * Math.Pow(random.NextDouble(), 3))}";

    private void StartVisits(Simulation simulation, Random random, double perSecond)
    {
        void Next()
        {
            Session(simulation, random, PickAddress(random), null, Pages(random));
            simulation.After(-Math.Log(1 - random.NextDouble()) / (perSecond * Daily.At(simulation.Hour)), Next);
        }

        Next();
    }

    private ClientKey PickAddress(Random random)
    {
        var roll = random.NextDouble();
        if (roll < 0.15)
        {
            return _carriers[(int)(_carriers.Length * Math.Pow(random.NextDouble(), 1.5))];
        }

        if (roll < 0.18)
        {
            return _office;
        }

        if (roll < 0.45 && _visitors.Count > 1_000)
        {
            return _visitors[random.Next(_visitors.Count)];
        }

        var address = Addresses.OfVisitor(random);
        _visitors.Add(address);
        return address;
    }

    private static int Pages(Random random) => 1 + (int)(-4 * Math.Log(1 - random.NextDouble()));

    private int Session(Simulation simulation, Random random, ClientKey client, Landing? landing, int pages, double begin = 0)
    {
        var browser = Only ?? Browser.Pick(random, landing?.MobileFactor ?? 1);
        browser = Mark is null ? browser : browser with { Agent = $"{browser.Agent} {Mark}" };
        var cookie = landing is null && random.NextDouble() < 0.35;
        var from = landing?.Referer ?? (random.NextDouble() < 0.5 ? "https://www.google.com/" : random.NextDouble() < 0.3 ? "https://ads.example/click" : null);
        var at = begin;
        var sent = 0;
        SimRequest Request(string path, string? referer, double milliseconds, int status, string method = "GET") => new()
        {
            Client = client,
            Browser = browser,
            Path = path,
            Query = method == "GET" ? Query(path, random) : "",
            Method = method,
            Referer = referer,
            HasCookie = cookie,
            OriginMilliseconds = milliseconds * Spread(random),
            Status = status,
        };

        // What was sent before now is over; counts for the rate anyway.
        void Send(double when, SimRequest request)
        {
            sent++;
            if (when >= 0)
            {
                simulation.SendAfter(when, request);
            }
        }

        for (var page = 0; page < pages; page++)
        {
            var path = page == 0 && landing is not null ? landing.Page : Page(random);
            var pictures = page == 0 ? random.Next(8, 17) : random.Next(1, 6);
            var shown = $"https://shop.example{path}";
            void Files(double after)
            {
                for (var i = 0; i < pictures; i++)
                {
                    var when = after + 0.15 + (random.NextDouble() * 1.5);
                    if (when >= 0)
                    {
                        simulation.SendAfter(when, Request(Asset(random, i), shown, 4, random.NextDouble() < 0.2 ? 304 : 200));
                    }
                }
            }

            var cost = page == 0 && landing is { Milliseconds: > 0 } slow ? slow.Milliseconds : Cost(path);
            Send(at, Request(path, from, cost, random.NextDouble() < 0.01 ? 404 : 200) with { Answered = () => Files(0) });
            from = shown;
            cookie = true;
            sent += pictures;
            if (at < 0)
            {
                Files(at);
            }

            if (path == "/login")
            {
                var wrong = random.NextDouble() < 0.15;
                Send(at + 8, Request("/login", from, 90, wrong ? 401 : 302, "POST"));
                if (wrong)
                {
                    Send(at + 16, Request("/login", from, 90, 302, "POST"));
                }
            }

            at += 4 - (20 * Math.Log(1 - random.NextDouble()));
        }

        return sent;
    }

    private static string Page(Random random) => random.NextDouble() switch
    {
        < 0.2 => "/",
        < 0.45 => $"/category/{random.Next(60)}",
        < 0.8 => Item(random),
        < 0.9 => "/search",
        < 0.95 => "/cart",
        _ => "/login",
    };

    private static string Query(string path, Random random) => path == "/search" ? $"q=word{random.Next(3000)}" : "";

    private static double Cost(string path) => path switch { "/search" => 150, "/login" => 40, "/cart" => 60, "/" => 30, _ => 50 };

    private static string Asset(Random random, int i) => i switch
    {
        0 => "/static/site.css",
        1 => "/static/site.js",
        2 => "/static/logo.svg",
        _ => $"/img/{random.Next(Items)}.jpg",
    };

    private static void StartApps(Simulation simulation, Random random, double perSecond)
    {
        void Next()
        {
            var client = Addresses.OfVisitor(random);
            var interval = 5 + (5 * random.NextDouble());
            for (var i = 0; i < 20; i++)
            {
                simulation.SendAfter(i * interval, new()
                {
                    Client = client,
                    Browser = App,
                    Path = i % 5 == 4 ? $"/api/v1/item/{random.Next(Items)}" : "/api/v1/feed",
                    OriginMilliseconds = 15 * Spread(random),
                });
            }

            simulation.After(-Math.Log(1 - random.NextDouble()) / (perSecond * Daily.At(simulation.Hour)), Next);
        }

        Next();
    }

    private static void StartRobot(
        Simulation simulation, Random random, Browser browser, ClientKey client, double interval, bool exact, Func<(string Path, string Query)> page)
    {
        void Next()
        {
            var (path, query) = page();
            simulation.SendAfter(0, new() { Client = client, Browser = browser, Path = path, Query = query, OriginMilliseconds = 40 * Spread(random) });
            simulation.After(exact ? interval : -interval * Math.Log(1 - random.NextDouble()), Next);
        }

        simulation.After(interval * random.NextDouble(), Next);
    }

    private static double Spread(Random random) => Math.Exp((random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5) * 0.9);
}
