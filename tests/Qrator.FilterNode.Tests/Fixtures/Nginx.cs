using System.Diagnostics;
using System.Net.Sockets;

namespace Qrator.FilterNode.Fixtures;

/// <summary>A real nginx as origin.</summary>
public sealed class Nginx : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    private Nginx(Process process, string folder, string address)
    {
        _process = process;
        _folder = folder;
        Address = address;
    }

    public string Address { get; }

    /// <summary>Starts nginx with these lines inside its server block.</summary>
    public static async Task<Nginx> StartAsync(string server)
    {
        var folder = Directory.CreateTempSubdirectory("nginx-").FullName;
        var port = FreePort.Next();
        await File.WriteAllTextAsync(Path.Combine(folder, "nginx.conf"), $$"""
            daemon off; master_process off; pid nginx.pid; error_log stderr; events { }
            http {
              access_log off; client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
              server { listen 127.0.0.1:{{port}}; keepalive_requests 100000; {{server}} }
            }
            """);
        var process = Process.Start(new ProcessStartInfo("nginx", ["-p", folder, "-c", "nginx.conf"]) { RedirectStandardError = true })
            ?? throw new InvalidOperationException("nginx does not start; apt-get install nginx");
        var nginx = new Nginx(process, folder, $"127.0.0.1:{port}");
        await Eventually.Holds(async () =>
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(System.Net.IPAddress.Loopback, port);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        }, "nginx listens");
        return nginx;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
