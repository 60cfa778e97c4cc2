namespace Qrator.FilterNode.Filtering;

/// <summary>What to do with a request.</summary>
public enum VerdictAction
{
    /// <summary>Let it go on.</summary>
    Pass,

    /// <summary>End the connection without one byte of a response.</summary>
    Drop,

    /// <summary>Answer it with the error that belongs to its outcome.</summary>
    Reject,
}
