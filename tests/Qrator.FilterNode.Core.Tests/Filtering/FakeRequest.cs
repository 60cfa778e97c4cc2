using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Geo;

namespace Qrator.FilterNode.Filtering;

/// <summary>A request of two headers; null where the header is absent.</summary>
internal readonly struct FakeRequest(string? userAgent, string? referer = null) : IRequestView
{
    public const string Id = "0123456789abcdef0123456789abcdef";

    public long? ContentLength => null;

    public CountryCode Country => CountryCode.Unknown;

    public ClientKey Address => default;

    public string RequestId => Id;

    public bool TryGetText(TextProperty property, string? name, out ReadOnlySpan<char> value)
    {
        var text = property switch
        {
            TextProperty.UserAgent => userAgent,
            TextProperty.Referer => referer,
            TextProperty.Method => "GET",
            TextProperty.Path => "/",
            TextProperty.Query => "",
            TextProperty.Header => null,
            _ => throw new InvalidOperationException($"nobody has any business with {property}"),
        };
        value = text;
        return text is not null;
    }
}
