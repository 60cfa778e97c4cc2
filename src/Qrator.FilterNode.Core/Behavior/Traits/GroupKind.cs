namespace Qrator.FilterNode.Behavior.Traits;

/// <summary>
/// Combinations of traits that make a group. Those of a tool come first: a new page or a mention in the news of another
/// country does not change them.
/// </summary>
internal enum GroupKind
{
    /// <summary>Agent, header order, whether there is a cookie and a referer.</summary>
    Tool,

    /// <summary>The same, with whatever is rarely seen taken as one.</summary>
    RareTool,

    /// <summary>Header order.</summary>
    HeaderOrder,

    /// <summary>IPv4 /24 or IPv6 /48.</summary>
    Prefix,

    /// <summary>Country and header order.</summary>
    Country,

    /// <summary>The tool with the page, the site that it comes from, and how often in a row.</summary>
    ToolOnPage,

    /// <summary>The same, with whatever is rarely seen taken as one.</summary>
    RareToolOnPage,

    /// <summary>Header order with the page and how often in a row, whatever the agent.</summary>
    HeaderOrderOnPage,
}
