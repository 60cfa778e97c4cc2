namespace Qrator.FilterNode.State;

/// <summary>Why the state cannot be kept. The lower-case name is the metric label and the word in the log.</summary>
internal enum StateTrouble
{
    /// <summary>The disk or the quota has no room.</summary>
    Full,

    /// <summary>The file, its folder or its file system takes no writes.</summary>
    ReadOnly,

    /// <summary>The file cannot be opened or made, or was taken away.</summary>
    Path,

    /// <summary>Another process holds it.</summary>
    Locked,

    /// <summary>The file is damaged, or is no SQLite database.</summary>
    Corrupt,

    /// <summary>A newer version of the node wrote it.</summary>
    Newer,

    /// <summary>It is a database of something else.</summary>
    Foreign,

    /// <summary>The disk reports an error, or whatever else there may be.</summary>
    Error,
}
