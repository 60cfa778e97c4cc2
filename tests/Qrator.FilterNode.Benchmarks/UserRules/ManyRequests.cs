using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Geo;

namespace Qrator.FilterNode.UserRules;

/// <summary>Requests as browsers send them, no two alike, which are taken in turn.</summary>
internal sealed class ManyRequests
{
    private const int Count = 4_096;

    private readonly string[] _agents = new string[Count];
    private readonly string[] _paths = new string[Count];
    private readonly string[] _cookies = new string[Count];
    private readonly CountryCode[] _countries = new CountryCode[Count];
    private int _next;

    public ManyRequests(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < Count; i++)
        {
            _agents[i] = Agent(random);
            _paths[i] = $"/catalog/shoes-{random.Next(1_000)}/item-{random.Next(100_000)}.html";
            _cookies[i] = $"_ga=GA1.2.{random.Next()}.{random.Next()}; session={Guid.NewGuid():N}; theme=dark";
            CountryCode.TryPack(random.Next(2) == 0 ? "DE" : "FR", out _countries[i]);
        }
    }

    public View Next()
    {
        _next = (_next + 1) % Count;
        return new(this, _next);
    }

    private static string Agent(Random random)
    {
        var system = random.Next(4) switch
        {
            0 => "Windows NT 10.0; Win64; x64",
            1 => $"Macintosh; Intel Mac OS X 10_{random.Next(10, 16)}_{random.Next(8)}",
            2 => $"Linux; Android {random.Next(8, 15)}; SM-G{random.Next(900, 999)}F",
            _ => "X11; Linux x86_64",
        };
        var version = $"{random.Next(90, 140)}.0.{random.Next(4_000, 7_000)}.{random.Next(10, 250)}";
        return $"Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version} Safari/537.36{(random.Next(4) == 0 ? $" Edg/{version}" : "")}";
    }

    public readonly struct View(ManyRequests requests, int place) : IRequestView
    {
        public long? ContentLength => null;

        public CountryCode Country => requests._countries[place];

        public ClientKey Address => default;

        public string RequestId => "";

        public bool TryGetText(TextProperty property, string? name, out ReadOnlySpan<char> value)
        {
            switch (property)
            {
                case TextProperty.Cookie:
                    return CookieHeader.TryGet(requests._cookies[place], name, out value);
                case TextProperty.Header or TextProperty.Referer:
                    value = property == TextProperty.Referer ? "https://www.shop.example/catalog/" : default;
                    return property == TextProperty.Referer;
                default:
                    value = property switch
                    {
                        TextProperty.UserAgent => requests._agents[place],
                        TextProperty.Path or TextProperty.RequestUri => requests._paths[place],
                        TextProperty.Method => "GET",
                        TextProperty.Host => "www.shop.example",
                        _ => "color=red&size=42&page=3",
                    };
                    return true;
            }
        }
    }
}
