namespace Qrator.FilterNode.Fixtures;

/// <summary>How a response ended for the client.</summary>
public enum WireEnd
{
    /// <summary>As its framing says.</summary>
    Complete,

    /// <summary>The connection ended before it was complete.</summary>
    Cut,

    /// <summary>The connection was ended in order without a byte of it.</summary>
    Closed,

    /// <summary>The connection was reset without a byte of it.</summary>
    Reset,
}
