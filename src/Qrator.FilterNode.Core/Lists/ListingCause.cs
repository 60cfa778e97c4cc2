namespace Qrator.FilterNode.Lists;

/// <summary>
/// What can put clients on a list: a source and, where it has rules, the rule. One object a cause and list, so that entries
/// refer to it by two bytes. Made by <see cref="ClientList.CauseOf"/>.
/// </summary>
public sealed class ListingCause
{
    private volatile bool _retired;

    internal ListingCause(ListSource source, string rule, ushort index)
    {
        Source = source;
        Rule = rule;
        Index = index;
    }

    /// <summary>The filter.</summary>
    public ListSource Source { get; }

    /// <summary>The id of the rule; empty where the source has no rules.</summary>
    public string Rule { get; }

    /// <summary>Whether the rule is gone; then it puts nobody on a list any more, also for requests that began before.</summary>
    public bool Retired => _retired;

    internal ushort Index { get; }

    internal void Retire() => _retired = true;
}
