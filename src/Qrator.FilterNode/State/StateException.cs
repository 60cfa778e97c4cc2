namespace Qrator.FilterNode.State;

/// <summary>The state cannot be read or written.</summary>
internal sealed class StateException : Exception
{
    public StateException(StateTrouble trouble, string message)
        : base(message) => Trouble = trouble;

    public StateTrouble Trouble { get; }

    /// <summary>What to do about it, for the operator.</summary>
    public string Remedy => Trouble switch
    {
        StateTrouble.Full => "free some space; the node goes on by itself",
        StateTrouble.ReadOnly => "make the file and its folder writable; the node goes on by itself",
        StateTrouble.Path => "make the folder writable for the node; it goes on by itself",
        StateTrouble.Locked => "end the process that holds it; the node goes on by itself",
        StateTrouble.Newer => "it is left as it is: run the newer version, or move the file away",
        StateTrouble.Foreign => "it is left as it is: name another file in FilterNode:State:Database",
        StateTrouble.Corrupt => "move it away; the node goes on by itself",
        _ => "look at the disk; the node goes on by itself",
    };
}
