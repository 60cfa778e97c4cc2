using Microsoft.AspNetCore.Http.Features;
using Qrator.FilterNode.Forwarding.Http1;
using Qrator.FilterNode.Origins;
using Qrator.FilterNode.Requests;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Forwarding;

/// <summary>
/// Watches over one request's time with its origin. The clock runs only while the node waits for the origin: from the moment the request is
/// sent on a connection (connecting has a time of its own), not while a client sends slowly or reads slowly, and anew with every piece that
/// the origin sends or takes. On a WebSocket it runs anew with every piece that either side sends. Used again for other requests. The methods may be called by several threads at once.
/// </summary>
internal sealed class OriginExchange : IDisposable
{
    /// <summary>Where the parts of the HTTP client find the exchange of a request.</summary>
    public static readonly HttpRequestOptionsKey<OriginExchange> Key = new("exchange");

    private static readonly TimeSpan TimerTolerance = TimeSpan.FromMilliseconds(100);

    private readonly NodeClock _clock;
    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _cut = new();
    private readonly TimedResponseBody _body;

    private RequestFeature? _request;
    private OriginLease _lease;
    private long _patience;
    private long _dueAt = long.MaxValue;
    private long _waitingSince;
    private long _requestMovedAt;
    private bool _timedOut;
    private volatile bool _answered;
    private OriginConnection? _connection;
    private bool _left;
    private volatile bool _isTwoWay;

    public OriginExchange(NodeClock clock, TimeProvider time)
    {
        _clock = clock;
        _body = new(this);
        _timer = time.CreateTimer(static state => ((OriginExchange)state!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Cancelled when the origin was silent for too long.</summary>
    public CancellationToken Cut => _cut.Token;

    /// <summary>Whether the origin was silent for too long.</summary>
    public bool TimedOut => Volatile.Read(ref _timedOut);

    /// <summary>Whether the answer has made it a stream that both sides may leave silent: a WebSocket.</summary>
    public bool IsTwoWay => _isTwoWay;

    /// <summary>Whether the client has gone.</summary>
    public bool HasLeft => Volatile.Read(ref _left);

    /// <summary>Whether something of the request's body was asked for, so that the request cannot be sent again.</summary>
    public bool BodyStarted { get; private set; }

    /// <summary>Whether the head of a response came.</summary>
    public bool Answered => _answered;

    /// <summary>Begins with a request; nothing is waited for yet.</summary>
    public void Begin(RequestFeature request, TimeSpan patience)
    {
        BodyStarted = false;
        _answered = false;
        _isTwoWay = false;
        lock (_lock)
        {
            _request = request;
            _left = false;
            _patience = patience.Ticks;

            // The timer may still stand where the request before left it, which is early enough unless that was more patient.
            var dueAt = request.ArrivedAt + _patience;
            if (dueAt < _dueAt)
            {
                Arm(dueAt, patience);
            }
        }
    }

    /// <summary>The next attempt goes to this origin; <see cref="Leave"/> gives the lease back.</summary>
    public void Turn(in OriginLease lease)
    {
        _lease = lease;
        Volatile.Write(ref _waitingSince, 0);
    }

    /// <summary>The request has left the origin.</summary>
    public void Leave() => _lease.Dispose();

    /// <summary>The head of the request is being written to a connection.</summary>
    public void Sent(bool bodyFollows)
    {
        var now = _clock.Now;
        _request!.SentAt = now;
        _lease.Sent();
        Volatile.Write(ref _waitingSince, bodyFollows ? 0 : now);
    }

    /// <summary>The body of the request is being read from the client.</summary>
    public void StartBody() => BodyStarted = true;

    /// <summary>From now on it is the origin that is waited for.</summary>
    public void AwaitOrigin() => Volatile.Write(ref _waitingSince, _clock.Now);

    /// <summary>A piece of the body was taken; the next has to come from the client.</summary>
    public void BodyTaken()
    {
        var now = _clock.Now;
        Volatile.Write(ref _requestMovedAt, now);
        Volatile.Write(ref _waitingSince, _answered ? now : 0);
    }

    /// <summary>The request begins on its way, which may be a long one to a connection.</summary>
    public void RequestBegins() => Volatile.Write(ref _requestMovedAt, _clock.Now);

    /// <summary>Whether nothing of the request has moved for so long; timers may be early by less than a tenth of a second.</summary>
    public bool WasSilentFor(TimeSpan time) => _clock.Now - Volatile.Read(ref _requestMovedAt) > (time - TimerTolerance).Ticks;

    /// <summary>From now on it is the client that is waited for.</summary>
    public void AwaitClient() => Volatile.Write(ref _waitingSince, 0);

    /// <summary>The head of the response is there.</summary>
    /// <param name="now">Now, in ticks of the node's clock.</param>
    public void HeadArrived(long now)
    {
        _answered = true;
        _lease.Origin.Store.Health.Answered(now);
        Volatile.Write(ref _waitingSince, now);
    }

    /// <summary>The head of the response has made it a WebSocket: from now on silence counts when neither side sends.</summary>
    public void BecomesTwoWay() => _isTwoWay = true;

    /// <summary>Either side of a WebSocket has sent something.</summary>
    public void Moved() => Volatile.Write(ref _waitingSince, _clock.Now);

    /// <summary>Watches the client's side of the response, to see who is slow. For responses that somebody else copies.</summary>
    public void Watch(IFeatureCollection features) => _body.Wrap(features);

    /// <summary>The request has this connection, which is ended when the origin is silent for too long or the client leaves.</summary>
    /// <returns>False when that has happened already.</returns>
    public bool TryUse(OriginConnection connection)
    {
        lock (_lock)
        {
            if (_timedOut || _left)
            {
                return false;
            }

            _connection = connection;
            return true;
        }
    }

    /// <summary>The request needs its connection no more.</summary>
    /// <returns>False when the connection was ended, and is of no use to anybody.</returns>
    public bool TryRelease()
    {
        lock (_lock)
        {
            var used = _connection;
            _connection = null;
            return used is not null && !_timedOut && !_left;
        }
    }

    /// <summary>The client has gone.</summary>
    public void Leaves()
    {
        OriginConnection? connection;
        lock (_lock)
        {
            _left = true;
            connection = _connection;
        }

        connection?.Abort();
    }

    /// <summary>The request has ended.</summary>
    /// <param name="features">The features of its context; null where it has none.</param>
    /// <returns>Whether the exchange can be used again.</returns>
    public bool End(IFeatureCollection? features)
    {
        if (features is not null)
        {
            _body.Unwrap(features);
        }

        lock (_lock)
        {
            Volatile.Write(ref _waitingSince, 0);
            _request = null;
            _lease = default;
            _connection = null;
            return !_timedOut;
        }
    }

    public void Dispose() => _timer.Dispose();

    // The timer is not set back by every piece of data; it looks at the time of the last one when it is due, and then waits for the rest.
    private void Look()
    {
        OriginConnection? connection;
        lock (_lock)
        {
            if (_request is null)
            {
                _dueAt = long.MaxValue;
                return;
            }

            var now = _clock.Now;
            var since = Volatile.Read(ref _waitingSince);
            var left = since == 0 ? _patience : since + _patience - now;
            if (left > 0)
            {
                Arm(now + left, TimeSpan.FromTicks(left));
                return;
            }

            Volatile.Write(ref _timedOut, true);
            connection = _connection;
        }

        // Outside the lock: what hangs on the token runs here.
        _cut.Cancel();
        connection?.Abort();
    }

    private void Arm(long dueAt, TimeSpan left)
    {
        _dueAt = dueAt;

        // Timers count whole milliseconds, and one that is early by a fraction would be set again and again.
        _timer.Change(left + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
    }
}
