using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>Reads and checks the whole configuration: the one way from files to a valid <see cref="FilterNodeConfig"/>.</summary>
internal sealed class ConfigurationReader
{
    private readonly ConfigurationFiles _files;
    private IReadOnlySet<string> _needed = new HashSet<string>();

    public ConfigurationReader(ConfigurationFiles files) => _files = files;

    /// <summary>Reads everything. The result may be used only when <paramref name="errors"/> stays empty.</summary>
    public FilterNodeConfig Read(ConfigErrors errors, out IConfigurationRoot root)
    {
        root = _files.Read(errors, out var present);
        foreach (var gone in _needed.Except(present))
        {
            errors.Add(gone, "is gone; put it back (the last good configuration stays in force)");
        }

        if (!errors.None)
        {
            // What a broken file would have said is unknown, so mistakes in the rest would be guesses.
            return new();
        }

        var config = ConfigValidator.Read(ConfigTree.From(root.GetSection(ConfigValidator.Root)), errors);
        _needed = errors.None ? present : _needed;
        return config;
    }
}
