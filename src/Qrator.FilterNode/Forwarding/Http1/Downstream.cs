using System.IO.Pipelines;
using Microsoft.Extensions.Primitives;
using Qrator.FilterNode.Origins;
using Qrator.FilterNode.Requests;

namespace Qrator.FilterNode.Forwarding.Http1;

/// <summary>
/// The client's side of a request that goes to an origin over HTTP/1.1: gives the request, takes the response. Used by one thread at a time. Members that
/// write may throw <see cref="IOException"/> and <see cref="OperationCanceledException"/> when the client is gone.
/// </summary>
internal abstract class Downstream
{
    /// <summary>What the node knows of the request.</summary>
    public abstract RequestFeature Request { get; }

    /// <summary>Cancelled when nobody waits for the response any more.</summary>
    public abstract CancellationToken Aborted { get; }

    /// <summary>How the body of the request is to be framed.</summary>
    public abstract RequestFraming Framing { get; }

    /// <summary>The body of the request; to be read only when it has one.</summary>
    public abstract Stream Body { get; }

    /// <summary>Whether the method is HEAD, whose response has no body.</summary>
    public abstract bool IsHead { get; }

    /// <summary>Whether the request has the same effect when it arrives twice (RFC 9110, section 9.2.2).</summary>
    public abstract bool IsIdempotent { get; }

    /// <summary>Whether the client may have got something of the response, so that another cannot take its place.</summary>
    public abstract bool HasStarted { get; }

    /// <summary>Puts the head of the request to an origin together.</summary>
    /// <param name="head">Where.</param>
    /// <param name="origin">Who gets it.</param>
    public abstract ReadOnlyMemory<byte> Compose(RequestHead head, OriginSnapshot origin);

    /// <summary>The response begins. One that was begun before is forgotten.</summary>
    /// <param name="status">The status code, 200 to 999.</param>
    /// <param name="reason">The origin's reason phrase (Latin-1); empty for none, or one that cannot be passed on.</param>
    /// <param name="most">The bytes that the head has at most, as the origin sent it.</param>
    public abstract void Begin(int status, ReadOnlySpan<byte> reason, int most);

    /// <summary>A header of the response, which may come several times.</summary>
    /// <param name="known">Its name, if it is a usual one; otherwise null.</param>
    /// <param name="name">Its name: a token.</param>
    /// <param name="value">Its value (Latin-1), without control characters.</param>
    /// <param name="place">The how manieth it is, from 0.</param>
    /// <param name="texts">The values of the headers of responses before, to be used again.</param>
    /// <exception cref="InvalidOperationException">It cannot be sent to a client.</exception>
    public abstract void Add(string? known, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, int place, RepeatedTexts texts);

    /// <summary>Takes back a header of the response, as often as it came.</summary>
    public abstract void Remove(ReadOnlySpan<char> name);

    /// <summary>The head of the response is over.</summary>
    /// <param name="framing">How the origin frames its body.</param>
    /// <param name="length">The Content-Length, if one is to be told.</param>
    public abstract void Frame(ResponseFraming framing, long? length);

    /// <summary>Lets the user rules see the response. MUST be called between <see cref="Frame"/> and the first <see cref="Write"/>.</summary>
    /// <param name="now">Now, in ticks of the node's clock.</param>
    public abstract void Arrived(long now);

    /// <summary>A piece of the body, which need not leave before <see cref="FlushAsync"/>.</summary>
    public abstract void Write(ReadOnlySpan<byte> piece);

    /// <summary>Sends what was written.</summary>
    public abstract ValueTask<FlushResult> FlushAsync();

    /// <summary>The body is complete.</summary>
    /// <param name="trailers">Its trailers; null for none.</param>
    public abstract void End(List<(string Name, StringValues Value)>? trailers);

    /// <summary>The next attempt finds the request as if there had been none. Nothing of it was sent to an origin.</summary>
    public abstract void Forget();

    /// <summary>Cuts the response, so that it cannot be taken for complete.</summary>
    public abstract void Cut();
}
