using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Qrator.FilterNode.Load;

/// <summary>
/// Connections from 5,000 addresses that are on the blacklist, so many a second, each with a request. The addresses of 10.9.0.0/16 have to be the machine's own
/// (<c>ip route add local 10.9.0.0/16 dev lo</c>).
/// </summary>
internal sealed class Attack : IDisposable
{
    private const int Addresses = 5_000;

    // Those that get no answer at all hold one each.
    private const int MostAtOnce = 2_000;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);
    private static readonly byte[] Request = Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: shop\r\nUser-Agent: attack\r\n\r\n");

    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _free = new(MostAtOnce);
    private readonly int _port;
    private readonly int _perSecond;
    private readonly Task _running;
    private int _made;

    private Attack(int port, int perSecond)
    {
        _port = port;
        _perSecond = perSecond;
        _running = Task.Run(RunAsync);
    }

    /// <summary>The connections made so far.</summary>
    public int Made => Volatile.Read(ref _made);

    /// <summary>The addresses that a proxy has to turn away.</summary>
    public static IEnumerable<string> Listed(Filters filters) => filters switch
    {
        Filters.Listed => ["127.0.0.0/8"],
        Filters.AttackersListed => Enumerable.Range(0, Addresses).Select(i => Address(i).ToString()),
        _ => [],
    };

    /// <summary>Begins; ends when disposed.</summary>
    public static Attack Begin(int port, int perSecond) => new(port, perSecond);

    public void Dispose()
    {
        _stopping.Cancel();
        _running.GetAwaiter().GetResult();
        _stopping.Dispose();
        _free.Dispose();
    }

    private static IPAddress Address(int number) => new([10, 9, (byte)(number >> 8), (byte)number]);

    private async Task RunAsync()
    {
        var clock = Stopwatch.StartNew();
        while (!_stopping.IsCancellationRequested)
        {
            // In small bursts, and what could not be made in time is left out.
            var due = (int)(clock.Elapsed.TotalSeconds * _perSecond) - _made;
            for (var i = 0; i < due; i++)
            {
                var number = _made++;
                if (_free.Wait(0))
                {
                    _ = ConnectAsync(Address(number % Addresses));
                }
            }

            await Task.Delay(5);
        }

        for (var i = 0; i < MostAtOnce; i++)
        {
            await _free.WaitAsync();
        }
    }

    private async Task ConnectAsync(IPAddress from)
    {
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { LingerState = new(enable: true, seconds: 0) };
            socket.Bind(new IPEndPoint(from, 0));
            await socket.ConnectAsync(IPAddress.Loopback, _port, patience.Token);
            await socket.SendAsync(Request, patience.Token);
            await socket.ReceiveAsync(new byte[256], patience.Token);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            // Refused, which is what it is made for.
            return;
        }
        finally
        {
            _free.Release();
        }
    }
}
