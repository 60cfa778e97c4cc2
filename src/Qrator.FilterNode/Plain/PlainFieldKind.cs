namespace Qrator.FilterNode.Plain;

/// <summary>What a header is to the node.</summary>
internal enum PlainFieldKind : byte
{
    /// <summary>Goes to the origin as it is.</summary>
    Passed,

    /// <summary>Host.</summary>
    Host,

    /// <summary>Connection, which stays behind.</summary>
    Connection,

    /// <summary>X-Forwarded-For, which the node adds to.</summary>
    ForwardedFor,

    /// <summary>One that the node sets itself.</summary>
    Replaced,

    /// <summary>Makes a request more than a plain one.</summary>
    Special,
}
