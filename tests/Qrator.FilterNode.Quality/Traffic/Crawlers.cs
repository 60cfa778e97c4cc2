using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Quality.Traffic;

/// <summary>Search engines, with a few addresses each.</summary>
internal static class Crawlers
{
    public static readonly Browser[] All =
    [
        new("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "googlebot"),
        new("Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", "bingbot"),
        new("Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)", "yandexbot"),
    ];

    public static ClientKey Address(Browser crawler, int i) => ClientKey.FromIPv4(0x42F9_4000u + ((uint)Array.IndexOf(All, crawler) << 16) + (uint)i);
}
