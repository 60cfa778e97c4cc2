using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Geo;

namespace Qrator.FilterNode.Behavior;

/// <summary>A request of an agent for a page, from a country or from nowhere in particular.</summary>
internal readonly struct Visit(string agent, string path, bool hasCookie = true, CountryCode country = default) : IRequestView
{
    public long? ContentLength => null;

    public CountryCode Country => country;

    public ClientKey Address => default;

    public string RequestId => FakeRequest.Id;

    public bool TryGetText(TextProperty property, string? name, out ReadOnlySpan<char> value)
    {
        value = property switch
        {
            TextProperty.UserAgent => agent,
            TextProperty.Path => path,
            TextProperty.Method => "GET",
            TextProperty.Header when name == "Cookie" && hasCookie => "a=1",
            _ => default,
        };
        return property is not (TextProperty.Referer or TextProperty.Header) || !value.IsEmpty;
    }
}
