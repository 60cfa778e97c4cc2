namespace Qrator.FilterNode.Configuration.Binding;

/// <summary>
/// One key of the configuration as text, before anything is known about its meaning: a value, children, or neither (null, <c>{}</c>, <c>[]</c>).
/// Keys are compared without case, as .NET configuration does. Immutable.
/// </summary>
/// <param name="Path">The whole path, joined with colons.</param>
/// <param name="Value">The value as text, or null.</param>
/// <param name="Children">The children by key, in the order of the configuration.</param>
public sealed record ConfigNode(string Path, string? Value, IReadOnlyList<ConfigNode> Children)
{
    /// <summary>The last part of the path.</summary>
    public string Key => Path[(Path.LastIndexOf(':') + 1)..];
}
