using Qrator.FilterNode.Filtering;

namespace Qrator.FilterNode.UserRules.Conditions;

/// <summary>A text of a request or its response that conditions look at.</summary>
/// <param name="Property">Which text.</param>
/// <param name="Name">The name of a header in lower case, of a response header as written in full, of a cookie as it is; null for the others.</param>
public readonly record struct TextField(TextProperty Property, string? Name)
{
    /// <summary>Whether it is part of the response.</summary>
    public bool IsOfResponse => Property == TextProperty.ResponseHeader;

    /// <summary>Whether it is compared without case.</summary>
    public bool IgnoresCase => Property is TextProperty.Method or TextProperty.Host;
}
