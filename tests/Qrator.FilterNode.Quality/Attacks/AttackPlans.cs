using Qrator.FilterNode.Quality.Traffic;

namespace Qrator.FilterNode.Quality.Attacks;

/// <summary>The attacks, each with fixed parameters or with parameters drawn at random around them.</summary>
internal static class AttackPlans
{
    private static readonly Browser PlainTool = new("python-requests/2.31.0", "python-requests");
    private static readonly Browser FakeBrowser = new("Mozilla/5.0 (Windows NT 6.1; WOW64; rv:54.0) Gecko/20100101 Firefox/54.0", "flooder");

    /// <summary>All attacks on a site.</summary>
    /// <param name="site">The site.</param>
    /// <param name="draw">For random parameters; null for the fixed ones.</param>
    public static IEnumerable<AttackPlan> On(IBackground site, Random? draw)
    {
        int Around(int number) => draw is null ? number : (int)(number * Math.Exp((draw.NextDouble() * 1.4) - 0.7));
        double Times(double number) => draw is null ? number : number * Math.Exp((draw.NextDouble() * 1.0) - 0.5);
        var copied = site.MostCommon;
        var tool = (draw?.Next(3) ?? 0) switch { 0 => FakeBrowser, 1 => PlainTool, _ => copied };
        Func<Random, string?> referer = draw is not null && draw.Next(2) == 0 ? _ => "https://www.google.com/" : _ => null;

        yield return new()
        {
            Name = "flat flood",
            Clients = Around(50),
            Rate = Times(40),
            Tool = _ => tool,
            Page = _ => (site.FrontPage, ""),
            Referer = referer,
        };
        yield return new()
        {
            Name = "wide flood",
            Clients = Around(20_000),
            Rate = Math.Min(0.95, Times(0.3)),
            Tool = _ => tool,
            Page = _ => (site.FrontPage, ""),
            Referer = referer,
        };
        yield return new()
        {
            Name = "random paths",
            Clients = Around(2_000),
            Rate = Times(1),
            Tool = _ => tool,
            Page = random => ($"/{Word(random)}/{Word(random)}", ""),
            Status = 404,
        };
        yield return new()
        {
            Name = "random agents",
            Clients = Around(2_000),
            Rate = Times(1),
            Page = _ => (site.FrontPage, ""),
            Referer = referer,
            Tool = draw is null || draw.Next(2) == 0
                ? random => new(site.PickBrowser(random).Agent, "flooder")
                : random => new($"Mozilla/5.0 ({Word(random)}) {Word(random)}/{random.Next(100)}", "flooder"),
        };
        yield return new()
        {
            Name = "expensive page",
            Clients = Around(150),
            Rate = Times(0.3),
            Tool = _ => draw is not null && draw.Next(2) == 0 ? tool : copied,
            Page = random => ("/search", $"q={Word(random)}"),
            OriginMilliseconds = Times(1_500),
        };
        yield return new()
        {
            Name = "login guessing",
            Clients = Around(400),
            Rate = Times(0.3),
            Method = "POST",
            Page = _ => ("/login", ""),
            Status = 401,
            OriginMilliseconds = 90,
            Tool = draw is not null && draw.Next(2) == 0 ? random => new(site.PickBrowser(random).Agent, "flooder") : _ => tool,
        };
        yield return new()
        {
            Name = "slow and low",
            Clients = Around(400),
            Rate = Times(1.0 / 15),
            Tool = _ => tool,
            Page = random => ("/export", $"from={random.Next(1000)}"),
            OriginMilliseconds = Times(6_000),
            Duration = TimeSpan.FromMinutes(4),
        };
        yield return new()
        {
            Name = "cache busting",
            Clients = Around(1_000),
            Rate = Times(1.5),
            Tool = _ => tool,
            Page = random => (site.FrontPage, $"{Word(random)}={random.Next()}"),
        };
        yield return new()
        {
            Name = "error surge",
            Clients = Around(300),
            Rate = Times(0.5),
            Tool = _ => tool,
            Status = 404,
            OriginMilliseconds = 20,
            Page = random => ($"/wp-{Word(random)}/{Word(random)}.php", ""),
        };
        yield return new()
        {
            Name = "pulses",
            Clients = Around(500),
            Rate = Times(3),
            Tool = _ => tool,
            Page = _ => (site.FrontPage, ""),
            Referer = referer,
            Duration = TimeSpan.FromSeconds(30),
            Pause = TimeSpan.FromMinutes(5),
            Pulses = 3,
        };
        yield return new()
        {
            Name = "flood in a news peak",
            Clients = Around(5_000),
            Rate = Times(0.6),
            Tool = _ => tool,
            Page = _ => (site.FrontPage, ""),
            PeakBefore = TimeSpan.FromMinutes(draw is null ? 5 : 2 + draw.Next(8)),
        };
        yield return new()
        {
            Name = "copied browser",
            Clients = Around(4_000),
            Rate = Times(0.5),
            Tool = _ => copied,
            Page = _ => (site.FrontPage, ""),
            Referer = referer,
        };

        // Not in the list of what must be stopped: browsers as the audience has them, pages as it asks for them, where it comes from.
        yield return new()
        {
            Name = "mimicry",
            Clients = Around(4_000),
            Rate = Times(0.5),
            Tool = site.PickBrowser,
            Page = random => (random.Next(3) == 0 ? site.FrontPage : "/search", ""),
            Referer = random => random.Next(2) == 0 ? "https://www.google.com/" : null,
        };
    }

    private static string Word(Random random) => string.Create(3 + random.Next(8), random, static (letters, r) =>
    {
        for (var i = 0; i < letters.Length; i++)
        {
            letters[i] = (char)('a' + r.Next(26));
        }
    });
}
