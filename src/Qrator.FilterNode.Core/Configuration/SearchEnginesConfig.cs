using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>The section <c>Behavior:SearchEngines</c> of the node.</summary>
public sealed record SearchEnginesConfig
{
    private static readonly string[] Known =
    [
        "*.googlebot.com", "*.google.com", "*.search.msn.com", "*.yandex.ru", "*.yandex.net", "*.yandex.com", "*.crawl.baidu.com", "*.crawl.baidu.jp",
        "*.applebot.apple.com", "*.crawl.yahoo.net", "*.mail.ru", "*.seznam.cz", "*.petalsearch.com",
    ];

    /// <summary>The names of search engines' machines.</summary>
    [Setting("Names that the addresses of search engines have by reverse DNS, and that lead back to the address; such clients are not listed by detection. [] for none. Where nothing is set: the names of Google, Bing, Yandex, Baidu, Apple, Yahoo, Mail.ru, Seznam and Petal.")]
    public IReadOnlyList<HostPattern> Names { get; init; } = [.. Known.Select(name => new HostPattern(name))];

    /// <summary>The name server.</summary>
    [Setting("Address and port of the name server that is asked, over UDP. Where nothing is set: the first of /etc/resolv.conf.")]
    public ResolverAddress? Resolver { get; init; }
}
