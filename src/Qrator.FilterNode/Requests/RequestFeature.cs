using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Connections;
using Qrator.FilterNode.Statistics;

namespace Qrator.FilterNode.Requests;

/// <summary>What the stages tell each other about one request. Used by one thread at a time.</summary>
internal sealed class RequestFeature
{
    private string? _requestId;

    public RequestFeature(NodeSnapshot node, ConnectionFeature connection)
    {
        Node = node;
        Connection = connection;
    }

    /// <summary>The configuration that this request began with and stays with.</summary>
    public NodeSnapshot Node { get; }

    /// <summary>The connection it came on.</summary>
    public ConnectionFeature Connection { get; }

    /// <summary>The service; null until it is found, and when there is none.</summary>
    public ServiceSnapshot? Service { get; set; }

    /// <summary>The client; meaningful once the service is found.</summary>
    public ClientKey Client { get; set; }

    /// <summary>How the request ends; the stage that ends it says so.</summary>
    public Outcome Outcome { get; set; } = Outcome.Passed;

    /// <summary>The id that the origin and the error pages get to see: 32 hex digits.</summary>
    public string RequestId => _requestId ??= Requests.RequestId.New();
}
