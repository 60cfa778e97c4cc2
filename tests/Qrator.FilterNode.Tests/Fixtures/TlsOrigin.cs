using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Qrator.FilterNode.Fixtures;

/// <summary>An origin that speaks TLS, notes the server names it is asked for, and answers each connection once.</summary>
public sealed class TlsOrigin : IAsyncDisposable
{
    private static readonly byte[] Answer = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nsecret");

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly X509Certificate2 _certificate;
    private readonly Task _serving;

    public TlsOrigin(X509Certificate2 certificate)
    {
        _certificate = certificate;
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Address => $"https://{_listener.LocalEndpoint}";

    /// <summary>The server names of the handshakes that came about; empty where there was none.</summary>
    public ConcurrentQueue<string> Names { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await AnswerAsync(client);
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        try
        {
            await using var stream = new SslStream(client.GetStream());
            await stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _stop.Token);
            Names.Enqueue(stream.TargetHostName);
            await stream.ReadAtLeastAsync(new byte[65_536], 1, throwOnEndOfStream: false, _stop.Token);
            await stream.WriteAsync(Answer, _stop.Token);
        }
        catch (Exception exception) when (exception is IOException or AuthenticationException)
        {
            // The node does not trust it.
            return;
        }
    }
}
