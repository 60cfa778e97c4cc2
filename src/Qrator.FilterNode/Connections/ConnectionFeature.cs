using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Guarding;
using Qrator.FilterNode.Http2;
using Qrator.FilterNode.Offences;
using Qrator.FilterNode.Plain;
using Qrator.FilterNode.Requests;
using Qrator.FilterNode.Sockets;
using Qrator.FilterNode.Statistics.Traffic;
using Qrator.FilterNode.Transport;

namespace Qrator.FilterNode.Connections;

/// <summary>What the node knows of a connection, for all its requests.</summary>
internal sealed class ConnectionFeature
{
    private readonly Lock _ending = new();
    private string? _peerText;
    private int _requests;
    private int _violation;
    private long _silentSince;
    private PeerPace _reading;
    private PipeReader? _awaited;
    private IConnectionLifetimeNotificationFeature? _kestrel;
    private volatile bool _isStopping;
    private bool _isInterrupted;

    public ConnectionFeature(ClientConnection transport, int listener, ClientKey peer, ConnectionLease lease)
    {
        Transport = transport;
        Listener = listener;
        Peer = peer;
        Lease = lease;
    }

    /// <summary>The connection below TLS and HTTP; aborting it resets it without another byte.</summary>
    public ClientConnection Transport { get; }

    /// <summary>The socket, for what the system knows of the connection. Never to be read, written or closed past the transport.</summary>
    public LoopSocket Socket => Transport.Socket;

    /// <summary>
    /// Whether the connection begins with a PROXY protocol header; decided when it came in, so that a reload changes only those that come after it.
    /// </summary>
    public bool ExpectsProxyHeader { get; init; }

    /// <summary>The position of its listener in the configuration.</summary>
    public int Listener { get; }

    /// <summary>The address of the other end, as a whole; behind the PROXY protocol the source that its header names.</summary>
    public ClientKey Peer { get; private set; }

    /// <summary>The peer as it is written into X-Forwarded-For.</summary>
    public string PeerText => _peerText ??= Peer.ToString();

    /// <summary>What the connection has taken.</summary>
    public ConnectionLease Lease { get; }

    /// <summary>Its place in <see cref="OpenConnections"/>, which alone uses it.</summary>
    public int Place { get; set; }

    /// <summary>How often in a row <see cref="IdleSweeper"/>, which alone uses it, has found it idle.</summary>
    public int IdleSweeps { get; set; }

    /// <summary>Whether no request is in progress.</summary>
    public bool IsIdle => Volatile.Read(ref _requests) == 0;

    /// <summary>Names the other end anew. MUST come before the first request.</summary>
    public void SetPeer(in ClientKey source) => Peer = source;

    /// <summary>Whether its client is there.</summary>
    public ClientPresence Presence => Transport.Presence;

    /// <summary>Since when nothing has come on it, in ticks of the node's clock; 0 when that is not minded.</summary>
    public long SilentSince { get => Volatile.Read(ref _silentSince); set => Volatile.Write(ref _silentSince, value); }

    /// <summary>Whether the node wants the connection to end with what is in progress on it.</summary>
    public bool IsStopping => _isStopping;

    /// <summary>Whether it began with the preface of HTTP/2.</summary>
    public bool BeginsWithPreface { get; set; }

    /// <summary>What looks after its HTTP/1 requests; null on HTTP/2.</summary>
    public Http1Guard? Guard { get; set; }

    /// <summary>The responses that wait for the client; null on HTTP/1, which has one at a time.</summary>
    public OwedStreams? Streams { get; set; }

    /// <summary>The bytes of its requests; null before there can be one.</summary>
    public ConnectionMeter? Meter { get; set; }

    /// <summary>The service of the request that came last; null before there was one.</summary>
    public ServiceSnapshot? Service { get; set; }

    /// <summary>How the client has broken the protocol; the first way it did.</summary>
    public Violation Violation => (Violation)Volatile.Read(ref _violation);

    /// <summary>Takes note of how the client has broken the protocol. Any thread.</summary>
    /// <returns>False when it had done so before, which holds.</returns>
    public bool TryBlame(Violation violation) => Interlocked.CompareExchange(ref _violation, (int)violation, (int)Violation.None) == (int)Violation.None;

    /// <summary>Whether the client takes what is sent to it; <see cref="SlowPeerSweeper"/> alone uses it.</summary>
    public ref PeerPace Reading => ref _reading;

    /// <summary>What had been written when the client was last seen to have all of it; <see cref="SlowPeerSweeper"/> alone uses it.</summary>
    public long Taken { get; set; }

    /// <param name="stream">Its stream; 0 on HTTP/1.</param>
    public void RequestBegins(int stream)
    {
        Interlocked.Increment(ref _requests);
        Streams?.Begins(stream);
    }

    /// <param name="stream">Its stream; 0 on HTTP/1.</param>
    public void RequestEnds(int stream)
    {
        Streams?.Ends(stream);
        Interlocked.Decrement(ref _requests);
    }

    /// <summary>
    /// What is read while nothing is in progress, until <see cref="StopsAwaiting"/>. <see cref="Interrupt"/> cancels the read, and so does the node when it
    /// stops, also when it does already. By the reader's side, as the next.
    /// </summary>
    public void Awaits(PipeReader input)
    {
        lock (_ending)
        {
            _awaited = input;
            if (_isStopping)
            {
                Cancel();
            }
        }
    }

    /// <summary>Somebody else reads from now on, between two reads, and does not find that the one before was to be interrupted.</summary>
    public void StopsAwaiting()
    {
        PipeReader? input;
        lock (_ending)
        {
            input = _awaited;
            _awaited = null;
            if (!_isInterrupted)
            {
                return;
            }

            _isInterrupted = false;
        }

        try
        {
            if (input!.TryRead(out var read))
            {
                input.AdvanceTo(read.Buffer.Start);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The next read fails too.
        }
    }

    /// <summary>Lets whoever waits for the client look around. Any thread.</summary>
    public void Interrupt()
    {
        lock (_ending)
        {
            Cancel();
        }
    }

    /// <summary>Kestrel has it from now on, and hears itself of it when the node stops.</summary>
    public void GoesToKestrel(IConnectionLifetimeNotificationFeature kestrel)
    {
        lock (_ending)
        {
            _kestrel = kestrel;
        }

        if (_isStopping)
        {
            kestrel.RequestClose();
        }
    }

    /// <summary>The connection is to end with what is in progress on it. Any thread.</summary>
    public void Stop()
    {
        IConnectionLifetimeNotificationFeature? kestrel;
        lock (_ending)
        {
            _isStopping = true;
            kestrel = _kestrel;
        }

        Interrupt();
        kestrel?.RequestClose();
    }

    /// <summary>What listens from the first request on that Kestrel has read; null when Kestrel hears by itself that the node stops.</summary>
    public LateStop? LateStop { get; set; }

    /// <summary>A request that was judged and not answered, which Kestrel is about to read; null when there is none.</summary>
    public RequestFeature? Unanswered { get; set; }

    /// <summary>Takes <see cref="Unanswered"/>.</summary>
    public RequestFeature? TakeUnanswered()
    {
        var request = Unanswered;
        Unanswered = null;
        return request;
    }

    /// <summary>What serves its plain requests; null when Kestrel does.</summary>
    public PlainConnection? Plain { get; set; }

    /// <summary>How far TLS has come.</summary>
    public TlsProgress Tls { get; set; }

    /// <summary>What TLS writes to the transport; null without TLS.</summary>
    public TalliedWriter? Secured { get; set; }

    /// <summary>The bytes written to the transport so far.</summary>
    public long Written => Secured?.Written ?? Meter?.Sent ?? 0;

    /// <summary>Whether the node has ended the connection by a reset.</summary>
    public bool IsReset { get; private set; }

    /// <summary>Ends the connection by a TCP reset.</summary>
    public void Reset()
    {
        IsReset = true;
        Transport.Abort(new ConnectionAbortedException("dropped"));
    }

    private void Cancel()
    {
        if (_awaited is { } input)
        {
            _isInterrupted = true;
            input.CancelPendingRead();
        }
    }
}
