namespace Qrator.FilterNode.Behavior;

/// <summary>The names that search engines give themselves in the User-Agent.</summary>
internal static class SearchEngineClaim
{
    private static readonly string[] Names = ["Googlebot", "bingbot", "YandexBot", "Baiduspider", "DuckDuckBot", "Applebot", "Slurp", "Mail.RU_Bot", "SeznamBot", "PetalBot"];

    /// <summary>Whether the agent calls itself a search engine.</summary>
    public static bool IsIn(ReadOnlySpan<char> agent)
    {
        foreach (var name in Names)
        {
            if (agent.Contains(name, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
