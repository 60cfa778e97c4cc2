namespace Qrator.FilterNode.Load;

/// <summary>One kind of load.</summary>
/// <param name="Name">The name in the table.</param>
/// <param name="Filters">What the proxies filter by.</param>
/// <param name="Path">What is asked for.</param>
internal sealed record Scenario(string Name, Filters Filters, string Path)
{
    /// <summary>Keep-alive connections of the load.</summary>
    public int Connections { get; init; } = 64;

    /// <summary>Whether the proxy ends TLS.</summary>
    public bool Tls { get; init; }

    /// <summary>Whether the load speaks HTTP/2.</summary>
    public bool Http2 { get; init; }

    /// <summary>A script for wrk, where a request is more than a GET.</summary>
    public string? Script { get; init; }

    /// <summary>Connections, each with one request behind it, that are open and do nothing meanwhile.</summary>
    public int Idle { get; init; }

    /// <summary>Whether it is refused connections that are counted, not answers.</summary>
    public bool IsRefused { get; init; }

    /// <summary>Whether --quick has it.</summary>
    public bool Quick { get; init; }

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("forward", Filters.None, "/1k") { Quick = true },
        new("everything", Filters.Everything, "/1k") { Quick = true },
        new("agents-10", Filters.Agents10, "/1k") { Script = NewAgents },
        new("agents-10000", Filters.Agents10000, "/1k") { Script = NewAgents, Quick = true },
        new("close", Filters.None, "/1k") { Script = "wrk.headers['Connection'] = 'close'" },
        new("tls", Filters.None, "/1k") { Tls = true },
        new("tls-http2", Filters.None, "/1k") { Tls = true, Http2 = true },
        new("body-64k", Filters.None, "/64k"),
        new("body-1m", Filters.None, "/1m"),
        new("drop", Filters.Listed, "/1k") { IsRefused = true, Connections = 32, Quick = true },
        new("idle-10000", Filters.None, "/1k") { Idle = 10_000 },
        new("upload-64k", Filters.None, "/upload") { Script = "wrk.method = 'POST' wrk.body = string.rep('x', 65536)" },
    ];

    // A different User-Agent on each request, of the usual length.
    private const string NewAgents = """
        local n = 0
        request = function()
          n = n + 1
          wrk.headers['User-Agent'] = 'Mozilla/5.0 (X11; Linux x86_64; rv:' .. n .. ') Gecko/20100101 Firefox/' .. (n * 7919 % 1000003)
          return wrk.format()
        end
        """;
}
