using Qrator.FilterNode.Behavior.Traits;

namespace Qrator.FilterNode.Quality.Traffic;

/// <summary>A program that sends requests: its User-Agent and the order of its headers.</summary>
internal sealed record Browser(string? Agent, string Family, bool IsMobile = false)
{
    public ulong HeaderOrder { get; } = TraitHash.Of(Family);

    /// <summary>People's browsers as they are common, most common first, with weights.</summary>
    public static readonly (Browser Browser, double Weight)[] People = MakePeople();

    public static Browser MostCommon => People[0].Browser;

    public static Browser Pick(Random random, double mobileFactor = 1)
    {
        var roll = random.NextDouble() * People.Sum(p => p.Weight * (p.Browser.IsMobile ? mobileFactor : 1));
        foreach (var (browser, weight) in People)
        {
            roll -= weight * (browser.IsMobile ? mobileFactor : 1);
            if (roll <= 0)
            {
                return browser;
            }
        }

        return MostCommon;
    }

    /// <summary>The program behind an agent of a log, which does not say in which order its headers came.</summary>
    public static Browser OfLog(string? agent)
    {
        var family = agent switch
        {
            null => "none",
            _ when agent.Contains("Firefox", StringComparison.Ordinal) => "firefox",
            _ when agent.Contains("bot", StringComparison.OrdinalIgnoreCase) || agent.Contains("spider", StringComparison.Ordinal) => agent.Split('/', ' ')[0] + "-bot",
            _ when agent.Contains("Chrome", StringComparison.Ordinal) => "chrome",
            _ when agent.Contains("Safari", StringComparison.Ordinal) => "safari",
            _ when agent.Contains("MSIE", StringComparison.Ordinal) || agent.Contains("Trident", StringComparison.Ordinal) => "msie",
            _ when agent.StartsWith("Mozilla", StringComparison.Ordinal) => "mozilla",
            _ => agent.Split('/', ' ')[0],
        };
        return new(agent, family);
    }

    private static (Browser, double)[] MakePeople()
    {
        var people = new List<(Browser, double)>();
        void Add(string family, string pattern, bool mobile, double weight, params string[] versions)
        {
            for (var i = 0; i < versions.Length; i++)
            {
                people.Add((new(pattern.Replace("$", versions[i], StringComparison.Ordinal), family, mobile), weight / Math.Pow(2, i)));
            }
        }

        Add("chrome-desktop", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/$.0.0.0 Safari/537.36", false, 12, "126", "125", "124", "120", "109");
        Add("chrome-mobile", "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/$.0.0.0 Mobile Safari/537.36", true, 11, "126", "125", "124", "119");
        Add("safari-ios", "Mozilla/5.0 (iPhone; CPU iPhone OS $ like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1", true, 7, "17_5", "17_4", "16_7", "15_8");
        Add("safari-mac", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/$ Safari/605.1.15", false, 3, "17.5", "17.4", "16.6");
        Add("firefox", "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:$.0) Gecko/20100101 Firefox/$.0", false, 3, "127", "126", "115");
        Add("firefox", "Mozilla/5.0 (X11; Linux x86_64; rv:$.0) Gecko/20100101 Firefox/$.0", false, 1, "127", "115");
        Add("edge", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/$.0.0.0 Safari/537.36 Edg/$.0.0.0", false, 2, "126", "125");
        Add("chrome-mac", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/$.0.0.0 Safari/537.36", false, 2, "126", "125");
        Add("in-app", "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 [FBAN/FBIOS;FBAV/$]", true, 0.6, "468", "467");
        Add("samsung", "Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-$) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36", true, 1, "S918B", "A546B", "G991B");
        return [.. people];
    }
}
