namespace Qrator.FilterNode.Sockets;

/// <summary>How a try to do something on a socket ended.</summary>
internal enum Attempt
{
    /// <summary>It has to wait.</summary>
    WouldWait,

    /// <summary>Done, and the next one would have to wait.</summary>
    Exhausted,

    /// <summary>Done, and the next one may be too.</summary>
    Done,
}
