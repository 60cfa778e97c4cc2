using System.Diagnostics;
using System.Net.Sockets;

namespace Qrator.FilterNode.Load;

/// <summary>nginx as origin, the same for every proxy.</summary>
internal sealed class Origin : IDisposable
{
    private readonly Process _process;

    public Origin(string folder, int port)
    {
        Directory.CreateDirectory(folder);
        Port = port;
        foreach (var (name, size) in new[] { ("1k", 1024), ("64k", 65_536), ("1m", 1_048_576) })
        {
            File.WriteAllBytes(Path.Combine(folder, name), [.. Enumerable.Repeat((byte)'x', size)]);
        }

        File.WriteAllText(Path.Combine(folder, "nginx.conf"), $$"""
            daemon off; user root; worker_processes 2; pid nginx.pid; error_log error.log error; worker_rlimit_nofile 65536;
            events { worker_connections 16384; }
            http {
              access_log off; client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
              sendfile on; open_file_cache max=10; client_max_body_size 0; client_body_buffer_size 128k;
              server {
                listen 127.0.0.1:{{port}} backlog=4096; keepalive_requests 1000000000; root {{folder}};
                location /upload { proxy_pass http://127.0.0.1:{{port}}/taken; }
                location /taken { return 204; }
              }
            }
            """);
        _process = Process.Start(new ProcessStartInfo("nginx", ["-p", folder, "-c", "nginx.conf"]))!;
        while (!Listens() && !_process.HasExited)
        {
            Thread.Sleep(50);
        }
    }

    public int Port { get; }

    public void Dispose()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        _process.WaitForExit();
        _process.Dispose();
    }

    private bool Listens()
    {
        try
        {
            using var client = new TcpClient("127.0.0.1", Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
