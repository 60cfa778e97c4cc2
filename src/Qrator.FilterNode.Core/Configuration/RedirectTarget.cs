using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>Where a redirect leads: an http or https URL, or an absolute path on the same host. Immutable.</summary>
public sealed record RedirectTarget : IConfigText<RedirectTarget>
{
    private readonly string _text;

    private RedirectTarget(string text, string? host, string target)
    {
        _text = text;
        Host = host;
        Target = target;
    }

    /// <summary>The host of the URL without port; null for a path.</summary>
    public string? Host { get; }

    /// <summary>Path and query: the request target of the request that a visitor sends when following the redirect.</summary>
    public string Target { get; }

    /// <inheritdoc/>
    public static bool TryParse(string text, out RedirectTarget value, out string problem)
    {
        value = null!;
        problem = $"\"{text}\" is not a place to redirect to; an absolute URL such as https://status.example/ or a path such as /maintenance.html";

        // It goes into a header as it is, so it must be what a URL may hold: visible ASCII (RFC 3986, section 2).
        if (text.Length == 0 || text.Any(c => c is <= ' ' or > '~'))
        {
            return false;
        }

        // Browsers take // and /\ at the beginning for the start of another host.
        if (text[0] == '/')
        {
            value = new(text, null, text.Split('#')[0]);
            return text.Length == 1 || text[1] is not ('/' or '\\');
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps))
        {
            return false;
        }

        value = new(text, HostName.Of(url.Authority).ToString(), url.PathAndQuery);
        return true;
    }

    /// <summary>Whether a request asks for this very place, so that redirecting it would lead in a circle.</summary>
    /// <param name="host">The Host header of the request.</param>
    /// <param name="target">Path and query of the request as received.</param>
    public bool IsAskedFor(string? host, string target) =>
        string.Equals(target, Target, StringComparison.Ordinal)
        && (Host is null || HostName.Of(host).Equals(Host, StringComparison.OrdinalIgnoreCase));

    /// <summary>As the operator wrote it.</summary>
    public override string ToString() => _text;
}
