using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Qrator.FilterNode.Load;

/// <summary>
/// What the process of an <see cref="Attack"/> does: connections from 5,000 addresses, so many a second, each with a request. The addresses of 10.9.0.0/16 have
/// to be the machine's own (<c>ip route add local 10.9.0.0/16 dev lo</c>).
/// </summary>
internal sealed class Attackers
{
    // Those that get no answer at all hold one each.
    private const int MostAtOnce = 2_000;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);
    private static readonly IPAddress[] All = [.. Enumerable.Range(0, 5_000).Select(i => new IPAddress([10, 9, (byte)(i >> 8), (byte)i]))];
    private static readonly byte[] Request = Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: shop\r\nUser-Agent: attack\r\n\r\n");

    private readonly int _port;
    private readonly int _perSecond;
    private int _made;
    private int _open;

    private Attackers(int port, int perSecond)
    {
        _port = port;
        _perSecond = perSecond;
    }

    /// <summary>The addresses they come from.</summary>
    public static IEnumerable<string> Addresses => All.Select(address => address.ToString());

    /// <summary>Attacks the port of 127.0.0.1 until the input ends; answers each line of it with how many connections were made so far.</summary>
    public static void Run(int port, int perSecond, TextReader input, TextWriter output)
    {
        var attackers = new Attackers(port, perSecond);
        _ = attackers.ComeAsync();
        while (input.ReadLine() is not null)
        {
            output.WriteLine(Volatile.Read(ref attackers._made).ToString(CultureInfo.InvariantCulture));
        }
    }

    private async Task ComeAsync()
    {
        var clock = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(Pause);
        while (await timer.WaitForNextTickAsync())
        {
            // What could not be made in time is left out.
            for (var due = (int)(clock.Elapsed.TotalSeconds * _perSecond) - _made; due > 0; due--)
            {
                var from = All[_made++ % All.Length];
                if (Volatile.Read(ref _open) < MostAtOnce)
                {
                    _ = ConnectAsync(from);
                }
            }
        }
    }

    private async Task ConnectAsync(IPAddress from)
    {
        Interlocked.Increment(ref _open);
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
            Interlocked.Decrement(ref _open);
        }
    }
}
