using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>From .NET configuration to the plain tree that Core reads.</summary>
internal static class ConfigTree
{
    public static ConfigNode From(IConfigurationSection section) =>
        new(section.Path, section.Value, [.. section.GetChildren().Select(From)]);
}
