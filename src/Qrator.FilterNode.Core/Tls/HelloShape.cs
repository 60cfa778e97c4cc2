namespace Qrator.FilterNode.Tls;

/// <summary>What the first bytes of a TLS connection are.</summary>
public enum HelloShape
{
    /// <summary>More bytes are needed to tell.</summary>
    Incomplete,

    /// <summary>A ClientHello in one record, or nothing that could be joined: to be handed on as it is.</summary>
    AsItIs,

    /// <summary>A ClientHello in several records, all of them there.</summary>
    Split,
}
