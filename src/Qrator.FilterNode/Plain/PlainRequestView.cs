using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Geo;
using Qrator.FilterNode.Requests;

namespace Qrator.FilterNode.Plain;

/// <summary>A plain request, as the filters see it.</summary>
internal readonly struct PlainRequestView : IRequestView
{
    private readonly PlainHead _head;
    private readonly RequestFeature _feature;
    private readonly string _scheme;

    public PlainRequestView(PlainHead head, RequestFeature feature, string scheme)
    {
        _head = head;
        _feature = feature;
        _scheme = scheme;
    }

    public long? ContentLength => null;

    public CountryCode Country => _feature.Node.Countries?.Find(_feature.Client) ?? CountryCode.Unknown;

    public ClientKey Address => _feature.Connection.Peer;

    public string RequestId => _feature.RequestId;

    public bool TryGetText(TextProperty property, string? name, out ReadOnlySpan<char> value)
    {
        switch (property)
        {
            case TextProperty.UserAgent:
                return TryGet("User-Agent", out value);
            case TextProperty.Referer:
                return TryGet("Referer", out value);
            case TextProperty.Header:
                return TryGet(name!, out value);
            case TextProperty.Method:
                value = _head.Method;
                return true;
            case TextProperty.Path:
                value = _head.Path;
                return true;
            case TextProperty.Query:
                value = _head.Query;
                return true;
            case TextProperty.RequestUri:
                value = _feature.RequestUri(_scheme, _head.Host, _head.Target);
                return true;
            case TextProperty.Cookie:
                return TryGetCookie(name!, out value);
            case TextProperty.Host:
                value = HostName.Of(_head.Host);
                return true;
            default:
                throw new ArgumentOutOfRangeException(nameof(property), property, "not a property of requests");
        }
    }

    private bool TryGetCookie(string name, out ReadOnlySpan<char> value)
    {
        var next = 0;
        while (_head.Find("Cookie", ref next) is >= 0 and var place)
        {
            if (CookieHeader.TryGet(_head.TextOf(_head.Fields[place]), name, out value))
            {
                return true;
            }
        }

        value = default;
        return false;
    }

    private bool TryGet(string name, out ReadOnlySpan<char> value)
    {
        var next = 0;
        var place = _head.Find(name, ref next);
        value = place < 0 ? default : _head.TextOf(_head.Fields[place]);

        // One in nearly every request; several are joined, which allocates.
        while (_head.Find(name, ref next) is >= 0 and var other)
        {
            value = string.Concat(value, ", ", _head.TextOf(_head.Fields[other]));
        }

        return place >= 0;
    }
}
