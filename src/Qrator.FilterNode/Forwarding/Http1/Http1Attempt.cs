using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Qrator.FilterNode.Origins;
using Qrator.FilterNode.Requests;
using Qrator.FilterNode.Sockets;
using Qrator.FilterNode.Statistics;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Forwarding.Http1;

/// <summary>
/// One attempt to forward a request to an origin. Where the origin had closed an idle connection before the request came on it, the request goes on a new one,
/// which tells how the origin really is. Used again and again, by one attempt at a time: after <see cref="Begin"/> comes <see cref="RunAsync"/>, at whose end it
/// goes back to where it is kept.
/// </summary>
internal sealed class Http1Attempt
{
    private readonly NodeClock _clock;
    private readonly LoopPool<Http1Attempt> _home;
    private Downstream _client = null!;
    private RequestFeature _request = null!;
    private OriginPool _pool = null!;
    private OriginExchange _exchange = null!;
    private OriginConnection _connection = null!;
    private ResponseHead _head;
    private ChunkedBody _chunks;
    private int _headBytes;
    private int _scanned;
    private bool _cannotPass;
    private bool _metClosedConnection;

    /// <param name="clock">The time.</param>
    /// <param name="home">Where it is kept.</param>
    public Http1Attempt(NodeClock clock, LoopPool<Http1Attempt> home)
    {
        _clock = clock;
        _home = home;
    }

    /// <summary>Begins with a request.</summary>
    /// <param name="client">The request, which has no response yet.</param>
    /// <param name="pool">The connections to the origin.</param>
    /// <param name="exchange">Watches the time.</param>
    public void Begin(Downstream client, OriginPool pool, OriginExchange exchange)
    {
        _client = client;
        _request = client.Request;
        _pool = pool;
        _exchange = exchange;
    }

    /// <summary>Sends the request and passes the response on. A response that was begun and cannot be completed is cut.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ForwardResult> RunAsync(OriginSnapshot origin)
    {
        try
        {
            var idle = _pool.TryTake();
            while (true)
            {
                try
                {
                    _connection = idle ?? await _pool.ConnectAsync(_client.Aborted);
                }
                catch (Exception exception) when (exception is OriginConnectException or OperationCanceledException)
                {
                    return new(_exchange.HasLeft || _client.Aborted.IsCancellationRequested ? Outcome.ClientAborted : Outcome.OriginUnreachable);
                }

                if (!_exchange.TryUse(_connection))
                {
                    _connection.Dispose();
                    return new(_exchange.TimedOut ? Outcome.OriginTimeout : Outcome.ClientAborted);
                }

                RequestBody? body = null;
                string? failure;
                try
                {
                    var head = _client.Compose(_connection.Head, origin);
                    _exchange.Sent(bodyFollows: false);
                    await _connection.WriteAsync(head);
                    if (_client.Framing is not RequestFraming.None and var framing)
                    {
                        _exchange.AwaitClient();
                        body = new(_client.Body, framing, _connection, _exchange);
                    }

                    while (!TryTakeHead(out failure))
                    {
                        var read = await _connection.ReadAsync();
                        if (read == 0)
                        {
                            failure = OriginFailure.Closed;
                            break;
                        }

                        _connection.Received(read);
                    }

                    failure ??= await PassBodyAsync();
                }
                catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException)
                {
                    failure = _exchange.Answered ? OriginFailure.Cut : OriginFailure.Closed;
                }
                catch
                {
                    body?.Forget();
                    Release(isReusable: false);
                    throw;
                }

                if (body?.Forget() == true)
                {
                    _request.BodyRest = body;
                }

                var result = failure is null ? new(Outcome.Passed) : Fail(failure, body);
                Release(isReusable: failure is null && !_head.Closes && _connection.Unread.IsEmpty && body is not { IsSent: false });
                if (!_metClosedConnection || _exchange.TimedOut || _exchange.HasLeft)
                {
                    return result;
                }

                _exchange.AwaitClient();
                BeginAnew();
                idle = null;
            }
        }
        finally
        {
            LetGo();
        }
    }

    private void Release(bool isReusable)
    {
        if (_exchange.TryRelease() && isReusable)
        {
            _pool.Return(_connection);
        }
        else
        {
            _connection.Dispose();
        }
    }

    // The connection, which may be another's by now, was released.
    private void LetGo()
    {
        (_client, _request, _pool, _exchange, _connection) = (null!, null!, null!, null!, null!);
        BeginAnew();
        _cannotPass = false;
        _home.TryGive(this);
    }

    private void BeginAnew()
    {
        _head = default;
        _chunks = default;
        (_headBytes, _scanned) = (0, 0);
        _metClosedConnection = false;
    }

    private ForwardResult Fail(string failure, RequestBody? body)
    {
        // First: once it is cut, a client has left too.
        var result = ResultOf(failure, body);
        if (_client.HasStarted)
        {
            _client.Cut();
        }

        return result;
    }

    private ForwardResult ResultOf(string failure, RequestBody? body)
    {
        if (_exchange.TimedOut)
        {
            return new(Outcome.OriginTimeout, OriginFailure.Silent);
        }

        if (body?.Failure is { } reading)
        {
            _request.BodyFailure = reading;
            return new(_request.BodyOverLimit ? Outcome.BodyLimit : Outcome.ClientAborted);
        }

        if (_exchange.HasLeft || _cannotPass)
        {
            return new(Outcome.ClientAborted);
        }

        _metClosedConnection = _connection.IsUsed && _headBytes == 0 && _connection.Unread.IsEmpty && failure == OriginFailure.Closed
            && !_exchange.BodyStarted && _client.IsIdempotent;
        return new(Outcome.OriginError, failure);
    }

    /// <summary>Takes the head of the response off what has come.</summary>
    /// <param name="failure">Null, or for what the origin is to blame.</param>
    /// <returns>False when more has to come.</returns>
    private bool TryTakeHead(out string? failure)
    {
        failure = null;
        do
        {
            var end = ResponseHead.FindEnd(_connection.Unread, ref _scanned);
            if (end < 0)
            {
                failure = !_connection.Unread.IsEmpty && ResponseHead.IsNone(_connection.Unread) ? OriginFailure.Invalid : null;
                return failure is not null;
            }

            _scanned = 0;
            _headBytes += end;
            if (_headBytes > ResponseHead.MostBytes || !TryReadHead(end))
            {
                failure = OriginFailure.Invalid;
                return true;
            }

            _connection.Take(end);
        }
        while (_head.IsInterim);

        return true;
    }

    private bool TryReadHead(int end)
    {
        _head = default;
        try
        {
            if (!_head.TryRead(_connection.UnreadToChange[..end], _client, _connection.Texts))
            {
                return false;
            }
        }
        catch (InvalidOperationException)
        {
            // Clients get no such header.
            return false;
        }

        if (_head.IsInterim)
        {
            // The client did not ask for the upgrade that the origin claims.
            return _head.Status != StatusCodes.Status101SwitchingProtocols;
        }

        var now = _clock.Now;
        _exchange.HeadArrived(now);
        _client.Arrived(now);
        return true;
    }

    /// <summary>Null, or for what the origin is to blame.</summary>
    private ValueTask<string?> PassBodyAsync()
    {
        if (_head.Framing == ResponseFraming.None)
        {
            return default;
        }

        if (_head.Framing == ResponseFraming.Length && _head.Length <= _connection.Unread.Length)
        {
            // Whole already; it leaves together with the head when the request ends.
            Pass((int)_head.Length);
            _client.End(trailers: null);
            return default;
        }

        return PassLongBodyAsync();
    }

    private async ValueTask<string?> PassLongBodyAsync()
    {
        var left = _head.Length ?? long.MaxValue;
        var turn = default(Turn);
        var begun = false;
        while (true)
        {
            if (turn.IsOver())
            {
                await Task.Yield();
            }

            var isGood = TryPassUnread(ref left);
            if (isGood && (left == 0 || _chunks.IsComplete))
            {
                _client.End(_chunks.Trailers);
                if (begun)
                {
                    // Behind a head that has left, Kestrel sends nothing by itself when the request ends.
                    await FlushAsync();
                }

                return null;
            }

            await FlushAsync();
            begun = true;
            if (!isGood)
            {
                return OriginFailure.Cut;
            }

            var read = await _connection.ReadAsync();
            if (read == 0 && _head.Framing == ResponseFraming.UntilClose)
            {
                _client.End(trailers: null);
                await FlushAsync();
                return null;
            }

            if (read == 0)
            {
                return OriginFailure.Cut;
            }

            _exchange.AwaitOrigin();
            _connection.Received(read);
        }
    }

    /// <summary>False when the body breaks its framing.</summary>
    private bool TryPassUnread(ref long left)
    {
        if (_head.Framing != ResponseFraming.Chunked)
        {
            var length = (int)Math.Min(left, _connection.Unread.Length);
            Pass(length);
            left -= _head.Framing == ResponseFraming.Length ? length : 0;
            return true;
        }

        while (!_connection.Unread.IsEmpty && !_chunks.IsComplete)
        {
            if (!_chunks.TryNext(_connection.UnreadToChange, out var framing, out var data))
            {
                return false;
            }

            _connection.Take(framing);
            Pass(data);
            if (data == 0)
            {
                break;
            }
        }

        return true;
    }

    private void Pass(int length)
    {
        if (length > 0)
        {
            _client.Write(_connection.Unread[..length]);
            _connection.Take(length);
            _request.PassedBytes += length;
        }
    }

    private ValueTask FlushAsync()
    {
        var flushing = _client.FlushAsync();
        if (flushing.IsCompletedSuccessfully)
        {
            CheckPassed(flushing.Result);
            return default;
        }

        // It is the client that is waited for.
        _exchange.AwaitClient();
        return WaitAsync(flushing);
    }

    private async ValueTask WaitAsync(ValueTask<FlushResult> flushing)
    {
        var streams = _request.Connection.Streams;
        streams?.Stalls();
        FlushResult flushed;
        try
        {
            flushed = await flushing;
        }
        catch
        {
            _cannotPass = true;
            throw;
        }
        finally
        {
            streams?.GoesOn();
        }

        _exchange.AwaitOrigin();
        CheckPassed(flushed);
    }

    private void CheckPassed(FlushResult flushed)
    {
        if (flushed.IsCompleted)
        {
            // The client is gone, of which the exchange may not have heard yet.
            _cannotPass = true;
            throw new OperationCanceledException();
        }
    }
}
