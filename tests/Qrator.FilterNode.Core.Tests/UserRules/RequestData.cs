using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Geo;

namespace Qrator.FilterNode.UserRules;

/// <summary>A request for tests. Texts that may be absent are null or not in their dictionary.</summary>
internal sealed class RequestData
{
    public string Method { get; init; } = "GET";

    public string Path { get; init; } = "/";

    public string Query { get; init; } = "";

    public string RequestUri { get; init; } = "http://shop.example/";

    public string Host { get; init; } = "shop.example";

    public string? UserAgent { get; init; }

    public string? Referer { get; init; }

    public Dictionary<string, string> Headers { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The Cookie header.</summary>
    public string Cookies { get; init; } = "";

    public long? ContentLength { get; init; }

    /// <summary>Two letters, or null for unknown.</summary>
    public string? Country { get; init; }

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public RequestView View() => new(this);

    public readonly struct RequestView(RequestData data) : IRequestView
    {
        public long? ContentLength => data.ContentLength;

        public CountryCode Country => CountryCode.TryPack(data.Country, out var code) ? code : CountryCode.Unknown;

        public ClientKey Address => default;

        public string RequestId => new('0', 32);

        public bool TryGetText(TextProperty property, string? name, out ReadOnlySpan<char> value)
        {
            if (property == TextProperty.Cookie)
            {
                return CookieHeader.TryGet(data.Cookies, name, out value);
            }

            var text = property switch
            {
                TextProperty.Method => data.Method,
                TextProperty.Path => data.Path,
                TextProperty.Query => data.Query,
                TextProperty.RequestUri => data.RequestUri,
                TextProperty.Host => data.Host,
                TextProperty.UserAgent => data.UserAgent,
                TextProperty.Referer => data.Referer,
                TextProperty.Header => data.Header(name!),
                _ => throw new ArgumentOutOfRangeException(nameof(property)),
            };
            value = text;
            return text is not null;
        }
    }
}
