namespace Qrator.FilterNode.Clients.ProxyProtocol;

/// <summary>What the first bytes of a connection turned out to be.</summary>
public enum ProxyHeaderKind
{
    /// <summary>A good beginning; more bytes are needed.</summary>
    Incomplete,

    /// <summary>Not a header, or one that this node does not take.</summary>
    Malformed,

    /// <summary>A header that speaks for nobody but its sender: LOCAL, UNKNOWN or unspecified.</summary>
    Sender,

    /// <summary>A header that names the visitor.</summary>
    Source,
}
