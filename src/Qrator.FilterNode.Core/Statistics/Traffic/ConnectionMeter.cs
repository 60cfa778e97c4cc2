using Qrator.FilterNode.Clients;
using Qrator.FilterNode.RateLimits;

namespace Qrator.FilterNode.Statistics.Traffic;

/// <summary>
/// The bytes of one connection, above TLS, and whose they are. Every byte is counted once: for the service, client and kind of the request that it came
/// with. On HTTP/1 that is exact, because one message follows the other. On HTTP/2 requests share the connection: the bytes since the last request
/// ended go to the one that ends next. While a request runs, what has passed by counts as passed, from the second look at it on. Bytes that came with
/// no request count as dropped, of no service. Nothing allocates. Safe for any number of threads; one at a time receives, and one sends.
/// </summary>
public sealed class ConnectionMeter
{
    private readonly RequestCounters _nobody;
    private readonly bool _sharesRequests;
    private long _received;
    private long _sent;
    private long _countedReceived;
    private long _countedSent;
    private RequestCounters? _owner;
    private RequestCounters? _connectedTo;
    private ClientKey _client;
    private TrafficKind _kind;
    private int _gate;
    private int _looks;
    private bool _runs;
    private bool _hasPassed;

    /// <summary>A connection without a byte so far.</summary>
    /// <param name="nobody">Where bytes go that belong to no service.</param>
    /// <param name="sharesRequests">Whether requests may run beside each other, as on HTTP/2.</param>
    public ConnectionMeter(RequestCounters nobody, bool sharesRequests)
    {
        _nobody = nobody;
        _sharesRequests = sharesRequests;
    }

    /// <summary>Bytes received so far.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>Bytes sent so far.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>Counts bytes that came.</summary>
    public void Receive(long bytes) => Volatile.Write(ref _received, _received + bytes);

    /// <summary>Counts bytes that go.</summary>
    public void Send(long bytes) => Volatile.Write(ref _sent, _sent + bytes);

    /// <summary>On HTTP/1: what is received from now on belongs to the next request, and all that is sent was for the last.</summary>
    public void MessageBegins()
    {
        using var hold = new SpinHold(ref _gate);
        if (_owner is not null)
        {
            Settle(_owner);
            _owner = null;
        }
    }

    /// <summary>The filters let a request of a service pass.</summary>
    public void RequestRuns(RequestCounters service, in ClientKey client)
    {
        using var hold = new SpinHold(ref _gate);
        (_owner, _client, _kind) = (service, client, TrafficKind.Passed);
        (_runs, _looks) = (true, 0);
    }

    /// <summary>A request has ended; what of its response is still to be sent belongs to it too.</summary>
    /// <param name="counters">Of its service, or of none.</param>
    /// <param name="client">The client; meaningful when it has a service.</param>
    /// <param name="kind">What became of it.</param>
    public void RequestEnds(RequestCounters counters, in ClientKey client, TrafficKind kind)
    {
        using var hold = new SpinHold(ref _gate);
        (_owner, _client, _kind, _runs) = (counters, client, kind, false);
        CountConnection(counters, kind);
        if (_sharesRequests)
        {
            Settle(counters);
        }
    }

    /// <summary>Counts what has passed by since the last time. To be called about once a second, so that a long body shows while it runs.</summary>
    public void Look()
    {
        using var hold = new SpinHold(ref _gate);

        // A request that is about to be refused for its body has not run at two looks.
        if (_owner is not null && (!_runs || ++_looks > 1))
        {
            Settle(_owner);
        }
    }

    /// <summary>The connection is over: counts what is left.</summary>
    public void Close()
    {
        using var hold = new SpinHold(ref _gate);
        if (_owner is null)
        {
            _kind = TrafficKind.Dropped;
        }

        Settle(_owner ?? _nobody);
    }

    private void CountConnection(RequestCounters counters, TrafficKind kind)
    {
        if (_connectedTo != counters)
        {
            (_connectedTo, _hasPassed) = (counters, false);
            counters.Traffic.CountConnection();
        }

        if (!_hasPassed && kind == TrafficKind.Passed)
        {
            _hasPassed = true;
            counters.Traffic.CountPassedConnection();
        }
    }

    private void Settle(RequestCounters owner)
    {
        var (received, sent) = (Volatile.Read(ref _received), Volatile.Read(ref _sent));
        owner.CountTraffic(_client, _kind, received - _countedReceived, sent - _countedSent);
        (_countedReceived, _countedSent) = (received, sent);
    }
}
