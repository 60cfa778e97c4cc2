namespace Qrator.FilterNode.Lists;

/// <summary>What put a client on a list. The lower-case name is the metric label and the word in the log.</summary>
public enum ListSource
{
    /// <summary>The header filter.</summary>
    Header,

    /// <summary>The geo filter.</summary>
    Geo,

    /// <summary>A user-defined rule.</summary>
    Rule,

    /// <summary>Automatic detection.</summary>
    Behavior,

    /// <summary>An operator through the API.</summary>
    Api,

    /// <summary>The configuration.</summary>
    Config,
}
