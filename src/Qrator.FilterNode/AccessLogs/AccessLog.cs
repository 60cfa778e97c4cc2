using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Requests;
using Qrator.FilterNode.Statistics;

namespace Qrator.FilterNode.AccessLogs;

/// <summary>
/// Takes requests for the access log and keeps them in memory until the writer fetches them. Never waits: what does not fit is dropped and counted.
/// Costs a comparison a request while it is off. Safe for any number of threads.
/// </summary>
internal sealed class AccessLog
{
    private const long MostBytes = 64 << 20;
    private const double Buckets = 1L << 32;

    private readonly ConcurrentQueue<AccessRecord> _waiting = new();
    private readonly long _mostBytes;
    private long _bytes;

    /// <summary>Empty.</summary>
    /// <param name="mostBytes">What the requests that wait may take in memory, about.</param>
    public AccessLog(long mostBytes = MostBytes) => _mostBytes = mostBytes;

    /// <summary>What became of the requests.</summary>
    public AccessLogStatus Status { get; } = new();

    /// <summary>
    /// The client is known, and nothing was changed on the head of the request yet: takes it, when the log is on and has this client in its sample.
    /// </summary>
    public static void Begin(HttpContext context, RequestFeature request)
    {
        if (request.Node.Config.AccessLog is { } log && IsSampled(request.Client, log.Sample))
        {
            request.Logged = new(context.Request, request.RequestUri(context.Request)) { Body = new(context.Features) };
        }
    }

    /// <summary>The request has ended. One that belongs to no service was not begun, and is taken as a whole here.</summary>
    /// <param name="context">The request.</param>
    /// <param name="request">Its state.</param>
    /// <param name="answered">Whether the client got an answer, or the beginning of one.</param>
    public void End(HttpContext context, RequestFeature request, bool answered)
    {
        var log = request.Node.Config.AccessLog;
        if (request.Logged is null && (log is null || request.Service is not null || !IsSampled(request.Connection.Peer, log.Sample)))
        {
            return;
        }

        var record = request.Logged ?? new(context.Request, request.RequestUri(context.Request));
        if (Interlocked.Add(ref _bytes, record.Bytes) > _mostBytes)
        {
            Interlocked.Add(ref _bytes, -record.Bytes);
            Status.Dropped();
            return;
        }

        Complete(record, context, request, answered);
        _waiting.Enqueue(record);
    }

    /// <summary>The next request that waits, for the one writer.</summary>
    public bool TryTake([NotNullWhen(true)] out AccessRecord? record)
    {
        if (!_waiting.TryDequeue(out record))
        {
            return false;
        }

        Interlocked.Add(ref _bytes, -record.Bytes);
        return true;
    }

    /// <summary>Whether a client is in the sample; the same in every process, so that all nodes and all days have the same clients.</summary>
    /// <param name="client">Who.</param>
    /// <param name="share">The part of all clients that the sample has, 0 to 1.</param>
    public static bool IsSampled(ClientKey client, double share)
    {
        if (share >= 1)
        {
            return true;
        }

        // Fibonacci hashing of both halves (Knuth, The Art of Computer Programming, volume 3, section 6.4).
        var mixed = (client.High * 0x9E37_79B9_7F4A_7C15UL) ^ client.Low;
        mixed *= 0x9E37_79B9_7F4A_7C15UL;
        mixed = (mixed ^ (mixed >> 32)) * 0x9E37_79B9_7F4A_7C15UL;
        return (mixed >> 32) < share * Buckets;
    }

    private static void Complete(AccessRecord record, HttpContext context, RequestFeature request, bool answered)
    {
        var response = context.Response;
        record.Node = request.Node;
        record.Time = request.Clock.ToUtc(request.ArrivedAt);
        record.Took = TimeSpan.FromTicks(request.Clock.Now - request.ArrivedAt);
        record.RequestId = request.RequestId;
        record.Service = request.Service?.Name;
        record.Listener = request.Node.Config.Listeners[request.Connection.Listener].Address.ToString();
        record.Peer = request.Connection.Peer;
        record.Client = request.Service is null ? request.Node.Identity.Of(request.Connection.Peer) : request.Client;
        record.Outcome = request.Outcome;
        record.Whitelisted = request.Whitelisted;
        record.OriginWait = request.OriginWait > 0 || request.Outcome == Outcome.Passed ? TimeSpan.FromTicks(request.OriginWait) : null;
        if (answered)
        {
            record.Status = response.StatusCode;
            record.Location = response.Headers.Location.Count > 0 ? response.Headers.Location.ToString() : null;
            record.ContentType = response.Headers.ContentType.Count > 0 ? response.Headers.ContentType.ToString() : null;
            var written = request.PassedBytes + (record.Body?.Written ?? 0);
            record.Sent = written > 0 ? written
                : request.Outcome == Outcome.Passed || HttpMethods.IsHead(record.Method) ? 0
                : response.ContentLength ?? 0;
        }
    }
}
