using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>
/// From the flat keys of the configuration's layers to the plain tree that Core reads, in time that grows with the number of keys. Asking .NET's
/// sections for their children looks through all keys for each of them, which takes half a minute for ten thousand rules.
/// </summary>
internal sealed class ConfigTree
{
    // Numbers by their value, as lists need it; 1 and 01 stay two names.
    private static readonly Comparer<string> Order = Comparer<string>.Create(static (left, right) =>
        ConfigurationKeyComparer.Instance.Compare(left, right) is var order and not 0 ? order : StringComparer.OrdinalIgnoreCase.Compare(left, right));

    private readonly SortedDictionary<string, ConfigTree> _children = new(Order);
    private string? _value;

    /// <summary>Lays a key over what is there; the layer that comes last wins.</summary>
    public void Set(string path, string? value)
    {
        var node = this;
        foreach (var key in path.Split(ConfigurationPath.KeyDelimiter))
        {
            if (!node._children.TryGetValue(key, out var child))
            {
                node._children.Add(key, child = new());
            }

            node = child;
        }

        node._value = value;
    }

    /// <summary>The tree below a key of the top; empty when there is no such key.</summary>
    public ConfigNode Section(string key) => (_children.GetValueOrDefault(key) ?? new()).ToNode(key);

    private ConfigNode ToNode(string path) =>
        new(path, _value, [.. _children.Select(child => child.Value.ToNode(ConfigurationPath.Combine(path, child.Key)))]);
}
