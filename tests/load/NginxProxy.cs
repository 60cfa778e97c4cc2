using System.Diagnostics;
using System.Text;

namespace Qrator.FilterNode.Load;

/// <summary>nginx as reverse proxy.</summary>
internal sealed class NginxProxy(string folder) : Proxy(folder)
{
    public override string Name => "nginx";

    public override string Settings => "2 workers, keep-alive to the origin (128 idle a worker), no access log, proxy buffers as by default, request bodies not buffered";

    protected override void Configure(Scenario scenario, int origin, string certificate)
    {
        var map = new StringBuilder();
        foreach (var agent in Agents(scenario.Filters))
        {
            map.Append($"      \"~*{agent}\" 1;\n");
        }

        var listed = new StringBuilder();
        foreach (var address in Attack.Listed(scenario.Filters))
        {
            listed.Append($"      {address} 1;\n");
        }

        var tls = scenario.Tls ? $"ssl{(scenario.Http2 ? " http2" : "")}" : "";
        File.WriteAllText(Path.Combine(Folder, "nginx.conf"), $$"""
            daemon off; worker_processes 2; pid nginx.pid; error_log error.log error; worker_rlimit_nofile 65536;
            events { worker_connections 16384; }
            http {
              access_log off; client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
              map_hash_max_size 65536;
              {{(map.Length == 0 ? "" : $"map $http_user_agent $bad {{\n      default 0;\n{map}    }}")}}
              {{(listed.Length == 0 ? "" : $"geo $listed {{\n      default 0;\n{listed}    }}")}}
              upstream origin { server 127.0.0.1:{{origin}}; keepalive 128; keepalive_requests 1000000000; }
              server {
                listen 127.0.0.1:{{Port}} {{tls}} backlog=4096;
                {{(scenario.Tls ? $"ssl_certificate {certificate}; ssl_certificate_key {certificate};" : "")}}
                keepalive_requests 1000000000; client_max_body_size 0; proxy_request_buffering off;
                {{(map.Length == 0 ? "" : "if ($bad) { return 444; }")}}
                {{(listed.Length == 0 ? "" : "if ($listed) { return 444; }")}}
                location / {
                  proxy_pass http://origin; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $http_host;
                  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto $scheme; proxy_set_header X-Request-ID $request_id;
                }
              }
            }
            """);
    }

    protected override ProcessStartInfo Command() => new("nginx", ["-p", Folder, "-c", "nginx.conf"]);
}
