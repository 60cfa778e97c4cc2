using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Qrator.FilterNode.Connections;
using Qrator.FilterNode.Guarding;

namespace Qrator.FilterNode.Plain;

/// <summary>A connection as long as its requests are plain ones. Used by one thread at a time, but for <see cref="EndIfIdle"/>.</summary>
internal sealed class PlainConnection
{
    private readonly ConnectionContext _connection;
    private readonly PlainPath _path;
    private readonly Http1Guard _input;

    private volatile bool _isWaiting;

    // Since when it has been seen waiting, in ticks of the node's clock; 0 for not yet.
    private long _seenWaiting;

    public PlainConnection(ConnectionContext connection, ConnectionFeature feature, PlainPath path)
    {
        _connection = connection;
        _path = path;
        _input = feature.Guard!;
        Feature = feature;
        Output = connection.Transport.Output;
        IsSecure = connection.Features.Get<ITlsConnectionFeature>() is not null;
    }

    /// <summary>What the node knows of it.</summary>
    public ConnectionFeature Feature { get; }

    /// <summary>What goes to the client.</summary>
    public PipeWriter Output { get; }

    /// <summary>Whether it is one with TLS.</summary>
    public bool IsSecure { get; }

    /// <summary>The scheme of its requests.</summary>
    public string Scheme => IsSecure ? Uri.UriSchemeHttps : Uri.UriSchemeHttp;

    /// <summary>Cancelled when the client has left.</summary>
    public CancellationToken Closed => _connection.ConnectionClosed;

    /// <summary>Whether the node wants it to end after the response.</summary>
    public bool IsStopping => Feature.IsStopping;

    /// <summary>Serves requests.</summary>
    /// <returns>True when Kestrel is to go on with it; false when it has ended.</returns>
    public async Task<bool> ServeAsync()
    {
        Feature.Plain = this;
        Feature.Awaits(_input.Input);
        try
        {
            while (true)
            {
                Volatile.Write(ref _seenWaiting, 0);
                _isWaiting = true;
                var next = await _input.ComesNextAsync();
                _isWaiting = false;
                var read = _input.Take(next);
                if (IsOver(read))
                {
                    return false;
                }

                // A request that has come is answered, also when the node has just begun to stop: Kestrel would end the connection without a word.
                if (!_input.HasMessage || !_path.TryBegin(this, read.Buffer, out var request))
                {
                    // Nothing of it was taken.
                    _input.AdvanceTo(read.Buffer.Start);
                    Feature.StopsAwaiting();
                    return true;
                }

                _input.AdvanceTo(read.Buffer.End);
                var isServed = false;
                try
                {
                    isServed = _path.TryPass(request) && _path.TryComplete(request, await _path.ForwardAsync(request));
                }
                catch (Exception exception)
                {
                    _path.Fail(request, exception);
                }

                var isUnanswered = request.Request.Answer is not null;
                if (isUnanswered)
                {
                    PutBack(request);
                }

                _path.End(request);
                if (!isServed)
                {
                    Feature.StopsAwaiting();
                    return isUnanswered;
                }

                var flushed = await request.FlushAsync();
                if (request.Closes || flushed.IsCompleted)
                {
                    return false;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The client, or the node, has ended it.
            return false;
        }
        finally
        {
            Feature.Plain = null;
        }
    }

    /// <summary>To be called every now and then by one thread: ends the connection when it has waited for a request for so long.</summary>
    /// <param name="now">Now, in ticks of the node's clock.</param>
    /// <param name="patience">How long, in such ticks.</param>
    public void EndIfIdle(long now, long patience)
    {
        var since = Volatile.Read(ref _seenWaiting);
        if (!_isWaiting)
        {
            return;
        }

        if (since == 0)
        {
            Interlocked.CompareExchange(ref _seenWaiting, now, 0);
        }
        else if (now - since >= patience)
        {
            Feature.Interrupt();
        }
    }

    /// <summary>Resets the connection.</summary>
    public void Abort() => _connection.Abort(new ConnectionAbortedException("a response could not be completed"));

    // Whoever interrupts wants the end. Bytes that have come meanwhile are a request that was sent in good faith.
    private static bool IsOver(in ReadResult read) => read.Buffer.IsEmpty && (read.IsCompleted || read.IsCanceled);

    /// <summary>Lets Kestrel read the request again, and answer what was decided.</summary>
    private void PutBack(PlainRequest request)
    {
        Feature.Unanswered = request.Request;
        _connection.Transport = new PutBackPipe(new PutBackReader(request.Head.Bytes.ToArray(), _input), Output);
    }
}
