using Microsoft.Extensions.Primitives;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Geo;

namespace Qrator.FilterNode.Requests;

/// <summary>The request of an <see cref="HttpContext"/>, as the filters see it.</summary>
internal readonly struct HttpRequestView : IRequestView
{
    private readonly HttpRequest _request;
    private readonly RequestFeature _feature;

    public HttpRequestView(HttpContext context, RequestFeature feature)
    {
        _request = context.Request;
        _feature = feature;
    }

    public long? ContentLength => _request.ContentLength;

    public CountryCode Country => _feature.Node.Countries?.Find(_feature.Client) ?? CountryCode.Unknown;

    public ClientKey Address => ClientStage.AddressOf(_request, _feature);

    public string RequestId => _feature.RequestId;

    public bool TryGetText(TextProperty property, string? name, out ReadOnlySpan<char> value)
    {
        switch (property)
        {
            case TextProperty.UserAgent:
                return TryGet(_request.Headers.UserAgent, out value);
            case TextProperty.Referer:
                return TryGet(_request.Headers.Referer, out value);
            case TextProperty.Header:
                return TryGet(_request.Headers[name!], out value);
            case TextProperty.Method:
                value = _request.Method;
                return true;
            case TextProperty.Path:
                value = _request.Path.Value;
                return true;
            case TextProperty.Query:
                value = _request.QueryString.Value.AsSpan();
                value = value.IsEmpty ? value : value[1..];
                return true;
            case TextProperty.RequestUri:
                value = _feature.RequestUri(_request);
                return true;
            case TextProperty.Cookie:
                return TryGetCookie(_request.Headers.Cookie, name!, out value);
            case TextProperty.Host:
                value = HostName.Of(_request.Host.Value);
                return true;
            default:
                throw new ArgumentOutOfRangeException(nameof(property), property, "not a property of requests");
        }
    }

    // HTTP/2 clients may send a cookie a line (RFC 9113, section 8.2.3).
    private static bool TryGetCookie(StringValues headers, string name, out ReadOnlySpan<char> value)
    {
        for (var i = 0; i < headers.Count; i++)
        {
            if (CookieHeader.TryGet(headers[i], name, out value))
            {
                return true;
            }
        }

        value = default;
        return false;
    }

    // One string in nearly every request; several are joined, which allocates.
    private static bool TryGet(StringValues values, out ReadOnlySpan<char> value)
    {
        value = values.Count <= 1 ? (string?)values : string.Join(", ", values.ToArray());
        return values.Count > 0;
    }
}
