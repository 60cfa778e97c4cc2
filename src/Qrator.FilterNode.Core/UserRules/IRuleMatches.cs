namespace Qrator.FilterNode.UserRules;

/// <summary>Takes the rules that match. Implemented by a struct and passed as a generic argument, so that a match costs no allocation.</summary>
public interface IRuleMatches
{
    /// <summary>A rule matches.</summary>
    /// <param name="rule">Its place in <see cref="UserRuleIndex.Rules"/>.</param>
    void Add(int rule);
}
