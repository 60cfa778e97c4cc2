namespace Qrator.FilterNode.Behavior.Traits;

/// <summary>
/// The groups that one request belongs to, and what those on a page are made of: these change with how often in a row the client asks for it.
/// </summary>
internal struct RequestGroups
{
    /// <summary>The keys; those of the kinds on a page are there once <see cref="AskedInRow"/> was called.</summary>
    public GroupKeys Keys;

    /// <summary>Agent, header order, whether there is a cookie and a referer.</summary>
    public ulong Tool;

    /// <summary>The same, with whatever is rarely seen taken as one.</summary>
    public ulong RareTool;

    /// <summary>Header order, rare ones taken as one, whether there is a cookie and a referer.</summary>
    public ulong Order;

    /// <summary>The page with the site that the client comes from.</summary>
    public ulong SitePage;

    /// <summary>The page, rare ones taken as one.</summary>
    public ulong Page;

    /// <summary>Makes the keys of the groups on a page, for so many times in a row (1 to 3).</summary>
    public void AskedInRow(int streak)
    {
        var page = TraitHash.Join(Page, (ulong)streak);
        SetKey(GroupKind.ToolOnPage, TraitHash.Join(Tool, TraitHash.Join(SitePage, (ulong)streak)));
        SetKey(GroupKind.RareToolOnPage, TraitHash.Join(RareTool, page));
        SetKey(GroupKind.HeaderOrderOnPage, TraitHash.Join(Order, page));
    }

    /// <summary>Sets the key of one kind.</summary>
    public void SetKey(GroupKind kind, ulong hash) => Keys[(int)kind] = GroupKeys.Salt(hash, (int)kind);
}
