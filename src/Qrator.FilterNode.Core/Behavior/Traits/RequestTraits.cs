using Qrator.FilterNode.Filtering;

namespace Qrator.FilterNode.Behavior.Traits;

/// <summary>What requests are grouped by, as hashes: about 60 bytes, no text. Immutable.</summary>
public readonly record struct RequestTraits
{
    /// <summary>The User-Agent; 0 when absent.</summary>
    public ulong Agent { get; init; }

    /// <summary>The names of the headers in the order they came; 0 when not known.</summary>
    public ulong HeaderOrder { get; init; }

    /// <summary>The method and the <see cref="PathShape"/>.</summary>
    public ulong Path { get; init; }

    /// <summary>The site of the Referer; 0 when absent.</summary>
    public ulong RefererSite { get; init; }

    /// <summary>Whether there is a Cookie header.</summary>
    public bool HasCookie { get; init; }

    /// <summary>The index of the client's country.</summary>
    public int Country { get; init; }

    /// <summary>Reads the traits. Allocates only what the view does.</summary>
    /// <param name="request">The request.</param>
    /// <param name="headerOrder">A hash of the names of the headers in their order; 0 when not known.</param>
    public static RequestTraits Of<TRequest>(in TRequest request, ulong headerOrder)
        where TRequest : struct, IRequestView, allows ref struct
    {
        request.TryGetText(TextProperty.Method, null, out var method);
        request.TryGetText(TextProperty.Path, null, out var path);
        request.TryGetText(TextProperty.Query, null, out var query);
        return new()
        {
            Agent = request.TryGetText(TextProperty.UserAgent, null, out var agent) ? TraitHash.Of(agent) : 0,
            HeaderOrder = headerOrder == 0 ? 0 : TraitHash.Join(headerOrder, headerOrder),
            Path = TraitHash.Join(PathShape.Of(path, query), TraitHash.Of(method)),
            RefererSite = request.TryGetText(TextProperty.Referer, null, out var referer) ? TraitHash.Of(Site(referer)) : 0,
            HasCookie = request.TryGetText(TextProperty.Header, "Cookie", out _),
            Country = request.Country.Index,
        };
    }

    private static ReadOnlySpan<char> Site(ReadOnlySpan<char> referer)
    {
        var scheme = referer.IndexOf("://");
        var rest = scheme < 0 ? referer : referer[(scheme + 3)..];
        return rest.IndexOf('/') is >= 0 and var end ? rest[..end] : rest;
    }
}
