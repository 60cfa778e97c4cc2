using Qrator.FilterNode.Quality.Traffic;

namespace Qrator.FilterNode.Quality.Attacks;

/// <summary>What is no attack, although much changes.</summary>
internal static class NotAttacks
{
    /// <summary>The cases on a site: a name, and what happens.</summary>
    public static IEnumerable<(string Name, TimeSpan Length, Action<Simulation, Random> Start)> On(IBackground site)
    {
        var minute = TimeSpan.FromMinutes(1);
        yield return ("news peak x10", 10 * minute, (simulation, random) =>
            Peak.Start(simulation, random, site, site.Rate * 9, OfNews, 10 * minute));
        yield return ("launch of a new page", 10 * minute, (simulation, random) =>
            Peak.Start(simulation, random, site, site.Rate * 2, r => new("/new-product", r.Next(3) == 0 ? "https://mail.example/" : null), 10 * minute));
        yield return ("origin outage", 5 * minute, (simulation, _) =>
        {
            simulation.PeopleRetry = true;
            simulation.Origin.IsDown = true;
            simulation.After(180, () => simulation.Origin.IsDown = false);
        }
        );
        yield return ("origin slow", 5 * minute, (simulation, _) =>
        {
            simulation.Origin.Slowness = 20;
            simulation.After(180, () => simulation.Origin.Slowness = 1);
        }
        );
        yield return ("deploy, all 404", 3 * minute, (simulation, _) =>
        {
            simulation.Origin.KnowsNothing = true;
            simulation.After(60, () => simulation.Origin.KnowsNothing = false);
        }
        );
        yield return ("eager crawler", 10 * minute, (simulation, random) => StartCrawler(simulation, random, 10 * minute));
        yield return ("clock jump", 5 * minute, (simulation, _) =>
        {
            simulation.JumpClock(TimeSpan.FromHours(1));
            simulation.After(120, () => simulation.JumpClock(TimeSpan.FromSeconds(7)));
        }
        );
        foreach (var change in Changes(site))
        {
            yield return change;
        }
    }

    /// <summary>Events in which who visits changes from one second to the next.</summary>
    private static IEnumerable<(string Name, TimeSpan Length, Action<Simulation, Random> Start)> Changes(IBackground site)
    {
        var minute = TimeSpan.FromMinutes(1);
        yield return ("another audience at once", 5 * minute, (simulation, random) => Replace(simulation, random, site.Other(1)));
        yield return ("another audience at once, twice as many", 5 * minute, (simulation, random) => Replace(simulation, random, site.Other(2)));
        yield return ("another audience at once, five times as many", 5 * minute, (simulation, random) => Replace(simulation, random, site.Other(5)));
        yield return ("spot on television x20 in 3 s", 3 * minute, (simulation, random) =>
            Peak.Start(simulation, random, site, site.Rate * 20, _ => new(site.FrontPage, null, MobileFactor: 4), 3 * minute, rise: 3));
        yield return ("link in one app x10 in 5 s", 3 * minute, (simulation, random) =>
            Peak.Start(simulation, random, site.WithOneBrowser(InApp), site.Rate * 9, _ => new("/shared/story", FromApp), 3 * minute, rise: 5));
        yield return ("link in one app x20 in 5 s, the origin overloaded", 3 * minute, (simulation, random) =>
            Peak.Start(simulation, random, site.WithOneBrowser(InApp), site.Rate * 19, _ => new("/shared/story", FromApp), 3 * minute, rise: 5));
        yield return ("launch of a page that takes 6 s", 3 * minute, (simulation, random) =>
            Peak.Start(simulation, random, site, site.Rate, r => new("/new-report", r.Next(3) == 0 ? "https://mail.example/" : null, Milliseconds: 6_000), 3 * minute, rise: 3));
        yield return ("link in one app to a page that takes 6 s", 3 * minute, (simulation, random) =>
            Peak.Start(simulation, random, site.WithOneBrowser(InApp), site.Rate, _ => new("/new-report", FromApp, Milliseconds: 6_000), 3 * minute, rise: 3));
        yield return ("picture shown elsewhere x5", 3 * minute, (simulation, random) => StartPicture(simulation, random, site, 3 * minute));
        yield return ("restart of the node at full load", 10 * minute, (simulation, _) => simulation.Restart());
    }

    private const string FromApp = "https://app.example/";
    private static readonly Browser InApp = new("Mozilla/5.0 (Linux; Android 15; wv) AppleWebKit/537.36 Chrome/130.0.0.0 Mobile Safari/537.36 Messenger/7.1", "webview", IsMobile: true);

    private static void Replace(Simulation simulation, Random random, IBackground other)
    {
        simulation.Silence();
        other.StartAtOnce(simulation, random);
    }

    // A page elsewhere shows a picture of the site: each of its visitors asks for that alone, and once.
    private static void StartPicture(Simulation simulation, Random random, IBackground site, TimeSpan length)
    {
        var end = simulation.Time + length.Ticks;
        void Next()
        {
            simulation.SendAfter(0, new()
            {
                Client = Addresses.OfVisitor(random),
                Browser = site.PickBrowser(random),
                Path = "/img/77.jpg",
                Referer = "https://forum.example/",
                OriginMilliseconds = 4,
            });
            if (simulation.Time < end)
            {
                simulation.After(-Math.Log(1 - random.NextDouble()) / (4 * site.Rate), Next);
            }
        }

        Next();
    }

    /// <summary>Where a visitor arrives whom the news sends.</summary>
    public static Landing OfNews(Random random) => new(
        "/news/item",
        random.Next(4) switch
        {
            0 => null,
            1 => "https://news.example/today",
            2 => "https://t.co/x",
            _ => "https://www.facebook.com/",
        },
        MobileFactor: 2);

    private static void StartCrawler(Simulation simulation, Random random, TimeSpan length)
    {
        var end = simulation.Time + length.Ticks;
        for (var i = 0; i < 6; i++)
        {
            var client = Crawlers.Address(Crawlers.All[1], i);
            void Next()
            {
                simulation.SendAfter(0, new() { Client = client, Browser = Crawlers.All[1], Path = $"/item/{random.Next(5000)}", OriginMilliseconds = 50 });
                if (simulation.Time < end)
                {
                    simulation.After(0.2 * (0.5 + random.NextDouble()), Next);
                }
            }

            simulation.After(random.NextDouble(), Next);
        }
    }
}
