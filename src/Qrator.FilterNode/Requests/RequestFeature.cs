using Microsoft.AspNetCore.Http.Features;
using Qrator.FilterNode.AccessLogs;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Connections;
using Qrator.FilterNode.Forwarding;
using Qrator.FilterNode.Forwarding.Http1;
using Qrator.FilterNode.Statistics;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Requests;

/// <summary>What the stages tell each other about one request. Used by one thread at a time.</summary>
internal sealed class RequestFeature
{
    private UInt128 _id;
    private string? _requestId;
    private string? _requestUri;

    public RequestFeature(NodeSnapshot node, NodeClock clock, ConnectionFeature connection)
    {
        Clock = clock;
        Node = node;
        Connection = connection;
        ArrivedAt = clock.Now;
    }

    /// <summary>When the request came, in ticks of the node's clock.</summary>
    public long ArrivedAt { get; }

    /// <summary>The configuration that this request began with and stays with.</summary>
    public NodeSnapshot Node { get; }

    /// <summary>The time.</summary>
    public NodeClock Clock { get; }

    /// <summary>The connection it came on.</summary>
    public ConnectionFeature Connection { get; }

    /// <summary>The service; null until it is found, and when there is none.</summary>
    public ServiceSnapshot? Service { get; set; }

    /// <summary>The client; meaningful once the service is found.</summary>
    public ClientKey Client { get; set; }

    /// <summary>Whether the client is whitelisted, so that no other filter applies.</summary>
    public bool Whitelisted { get; set; }

    /// <summary>Whether detection has counted its arrival, and is to hear of its end.</summary>
    public bool Judged { get; set; }

    /// <summary>The wait for the headers of the origin's response, in ticks of 100 ns; 0 when there was none.</summary>
    public long OriginWait { get; set; }

    /// <summary>What the access log will tell of it; null when it will not.</summary>
    public AccessRecord? Logged { get; set; }

    /// <summary>Whether the connection was ended without a response.</summary>
    public bool Dropped { get; set; }

    /// <summary>Whether its body was cut, because with it more bytes of bodies would be in flight than may be.</summary>
    public bool BodyOverLimit { get; set; }

    /// <summary>Why its body could not be read to the end; null when it could.</summary>
    public Exception? BodyFailure { get; set; }

    /// <summary>The bytes of the origin's response body that came over the node's own connections and were passed on.</summary>
    public long PassedBytes { get; set; }

    /// <summary>What is left of its body after the answer; null when nothing is.</summary>
    public RequestBody? BodyRest { get; set; }

    /// <summary>When the request was last sent to an origin, in ticks of the node's clock.</summary>
    public long SentAt { get; set; }

    /// <summary>Its time with the origin; null before and after.</summary>
    public OriginExchange? Exchange { get; set; }

    /// <summary>How the request ends; the stage that ends it says so.</summary>
    public Outcome Outcome { get; set; } = Outcome.Passed;

    /// <summary>The id that the origin and the error pages get to see: 32 hex digits.</summary>
    public string RequestId => _requestId ??= Requests.RequestId.TextOf(Id);

    /// <summary>The id as a number.</summary>
    public UInt128 Id
    {
        get
        {
            if (_id == 0)
            {
                _id = Requests.RequestId.Next();
            }

            return _id;
        }
    }

    /// <summary>The answer that it is to get, when that was decided before Kestrel has read it; otherwise null.</summary>
    public NodeAnswer? Answer { get; set; }

    /// <summary><c>scheme://host</c> and the raw target as received; put together once, when a rule asks.</summary>
    public string RequestUri(HttpRequest request) => _requestUri ??= MakeRequestUri(request);

    /// <inheritdoc cref="RequestUri(HttpRequest)"/>
    /// <param name="scheme">The scheme.</param>
    /// <param name="host">The header Host.</param>
    /// <param name="target">The target, from its slash on.</param>
    public string RequestUri(string scheme, ReadOnlySpan<char> host, ReadOnlySpan<char> target) => _requestUri ??= $"{scheme}://{host}{target}";

    private static string MakeRequestUri(HttpRequest request)
    {
        var target = request.HttpContext.Features.Get<IHttpRequestFeature>()!.RawTarget;
        return target.StartsWith('/') ? $"{request.Scheme}://{request.Host.Value}{target}" : target;
    }
}
