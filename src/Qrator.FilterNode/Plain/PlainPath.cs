using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Connections;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Forwarding;
using Qrator.FilterNode.Origins;
using Qrator.FilterNode.Requests;
using Qrator.FilterNode.Sockets;
using Qrator.FilterNode.Statistics;
using Qrator.FilterNode.Telemetry;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Plain;

/// <summary>
/// The way of a plain request through the node: what the stages of <see cref="RequestPath"/> do, in their order, for requests that need no more of them.
/// Safe for any number of threads.
/// </summary>
internal sealed class PlainPath
{
    private const int MostHeads = 256;

    private readonly ConfigurationDoor _door;
    private readonly NodeClock _clock;
    private readonly OriginTurns _turns;
    private readonly OriginExchanges _exchanges;
    private readonly RequestEndings _endings;
    private readonly RequestTraces _traces;
    private readonly LoopPool<PlainHead> _heads = new(MostHeads);

    public PlainPath(
        ConfigurationDoor door, NodeClock clock, OriginTurns turns, OriginExchanges exchanges, RequestEndings endings, RequestTraces traces)
    {
        _door = door;
        _clock = clock;
        _turns = turns;
        _exchanges = exchanges;
        _endings = endings;
        _traces = traces;
    }

    /// <summary>Begins a request.</summary>
    /// <param name="connection">Its connection, whose guard has seen the whole message.</param>
    /// <param name="message">The message.</param>
    /// <param name="request">The request; <see cref="End"/> MUST follow.</param>
    /// <returns>False when it is not a plain one, or something is wanted of it that only the stages do.</returns>
    public bool TryBegin(PlainConnection connection, in ReadOnlySequence<byte> message, [NotNullWhen(true)] out PlainRequest? request)
    {
        request = null;
        var node = _door.Current;
        var feature = connection.Feature;
        if (!message.IsSingleSegment || node.Config.AccessLog is not null || _traces.IsOn || (node.TrustedProxies.Count > 0 && node.TrustedProxies.Contains(feature.Peer)))
        {
            return false;
        }

        var head = _heads.TryTake(out var used) ? used : new();
        if (!head.TryRead(message.FirstSpan) || !IsForwardedPlainly(node.HostsOf(feature.Listener).Find(head.Host), out var service))
        {
            Release(head);
            return false;
        }

        feature.Service = service;
        request = new(connection, head, new(node, _clock, feature) { Service = service });
        feature.RequestBegins(stream: 0);
        return true;
    }

    /// <summary>Asks the filters.</summary>
    /// <returns>False when it is not to be forwarded: then it was dropped, or its state says what to answer.</returns>
    public bool TryPass(PlainRequest plain)
    {
        var request = plain.Request;
        if (request.Service is null)
        {
            Drop(request, Outcome.UnknownHost);
            return false;
        }

        request.Client = request.Node.Identity.Of(request.Connection.Peer);
        var verdict = RequestArrival.Judge(request, plain.View, request.ArrivedAt);
        switch (verdict.Action)
        {
            case VerdictAction.Drop:
                Drop(request, verdict.Outcome);
                return false;
            case VerdictAction.Reject:
                request.Answer = new(StatusCodes.Status429TooManyRequests, verdict.Outcome, verdict.RetryAfterSeconds);
                return false;
            default:
                return true;
        }
    }

    /// <summary>Forwards the request and writes the response; <see cref="TryComplete"/> or <see cref="Fail"/> MUST follow.</summary>
    public ValueTask<Outcome> ForwardAsync(PlainRequest plain) =>
        _turns.ForwardAsync(plain, _exchanges.Rent(plain.Request, plain.Request.Service!.Config.Timeouts.Response));

    /// <summary>It was forwarded.</summary>
    /// <returns>False when there is no response: then its state says what to answer, if anything.</returns>
    public bool TryComplete(PlainRequest plain, Outcome outcome)
    {
        var request = plain.Request;
        _exchanges.Return(request);
        request.Outcome = outcome;
        if (outcome is not (Outcome.Passed or Outcome.ClientAborted) && !plain.HasStarted)
        {
            request.Answer = NodeAnswer.To(outcome);
        }

        return outcome == Outcome.Passed;
    }

    /// <summary>Something went wrong with it, or the client left.</summary>
    public void Fail(PlainRequest plain, Exception exception)
    {
        if (plain.Request.Exchange is not null)
        {
            _exchanges.Return(plain.Request);
        }

        _endings.Fail(plain.Request, exception);
    }

    /// <summary>Ends the request, and counts it, unless Kestrel is to answer it.</summary>
    public void End(PlainRequest plain)
    {
        var request = plain.Request;
        if (request.Answer is null)
        {
            _endings.Count(request, plain.Status, plain.HasStarted, plain.Length);
        }

        request.Connection.RequestEnds(stream: 0);
        Release(plain.Head);
    }

    /// <summary>The connection is over. What Kestrel was to answer and has not even read is counted as a client that left.</summary>
    public void Forget(ConnectionFeature connection)
    {
        if (connection.TakeUnanswered() is { } request)
        {
            request.Dropped = true;
            request.Outcome = Outcome.ClientAborted;
            _endings.Count(request, status: 0, hasStarted: false, length: null);
        }
    }

    private bool IsForwardedPlainly(ServiceSnapshot? found, out ServiceSnapshot? service)
    {
        service = found;
        return found is null || (found.Config.OriginProtocol == OriginProtocol.Http1 && !found.Maintenance.IsOn(_clock, out _));
    }

    private void Release(PlainHead head)
    {
        head.LetGo();
        _heads.TryGive(head);
    }

    private static void Drop(RequestFeature request, Outcome outcome)
    {
        request.Outcome = outcome;
        request.Dropped = true;
        request.Connection.Reset();
    }
}
