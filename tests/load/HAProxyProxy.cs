using System.Diagnostics;

namespace Qrator.FilterNode.Load;

/// <summary>HAProxy as reverse proxy.</summary>
internal sealed class HAProxyProxy(string folder) : Proxy(folder)
{
    public override string Name => "haproxy";

    public override string Settings => "2 threads, keep-alive to the origin (http-reuse always), no log";

    protected override void Configure(Scenario scenario, int origin, string certificate)
    {
        var agents = Path.Combine(Folder, "agents.txt");
        File.WriteAllLines(agents, Agents(scenario.Filters));
        var listed = Path.Combine(Folder, "listed.txt");
        File.WriteAllLines(listed, Attack.Listed(scenario.Filters));
        var tls = scenario.Tls ? $"ssl crt {certificate} alpn {(scenario.Http2 ? "h2," : "")}http/1.1" : "";
        File.WriteAllText(Path.Combine(Folder, "haproxy.cfg"), $$"""
            global
              nbthread 2
              maxconn 12000
              no strict-limits
            defaults
              mode http
              timeout connect 9s
              timeout client 75s
              timeout server 60s
              http-reuse always
              option forwardfor
            frontend front
              bind 127.0.0.1:{{Port}} backlog 4096 {{tls}}
              {{(new FileInfo(listed).Length == 0 ? "" : $"tcp-request connection reject if {{ src -f {listed} }}")}}
              http-request set-header X-Forwarded-Proto {{(scenario.Tls ? "https" : "http")}}
              http-request set-header X-Request-ID %[rand(4294967295),hex]
              {{(new FileInfo(agents).Length == 0 ? "" : $"http-request silent-drop if {{ req.hdr(User-Agent) -m sub -f {agents} }}")}}
              default_backend origin
            backend origin
              server origin 127.0.0.1:{{origin}} pool-max-conn 1000

            """);
    }

    protected override ProcessStartInfo Command() => new("haproxy", ["-f", Path.Combine(Folder, "haproxy.cfg"), "-db"]);
}
