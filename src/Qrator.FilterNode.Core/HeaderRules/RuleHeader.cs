using Qrator.FilterNode.Configuration.Binding;
using Qrator.FilterNode.Filtering;

namespace Qrator.FilterNode.HeaderRules;

/// <summary>One of the two headers that header rules look at, written as on the wire.</summary>
/// <param name="Property"><see cref="TextProperty.UserAgent"/> or <see cref="TextProperty.Referer"/>.</param>
public sealed record RuleHeader(TextProperty Property) : IConfigText<RuleHeader>
{
    /// <inheritdoc/>
    public static bool TryParse(string text, out RuleHeader value, out string problem)
    {
        var userAgent = text.Equals("User-Agent", StringComparison.OrdinalIgnoreCase);
        var referer = text.Equals("Referer", StringComparison.OrdinalIgnoreCase);
        value = new(userAgent ? TextProperty.UserAgent : TextProperty.Referer);
        problem = $"\"{text}\" is not a header this filter looks at; User-Agent or Referer";
        return userAgent || referer;
    }
}
