using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>
/// Reads and checks the whole configuration with the files that it names: the one way from files to a valid configuration. One thread at a time.
/// </summary>
internal sealed class ConfigurationReader
{
    private readonly ConfigurationFiles _files;
    private readonly TimeProvider _time;
    private readonly CountryDatabase _countries;
    private IReadOnlySet<string> _needed = new HashSet<string>();

    public ConfigurationReader(ConfigurationFiles files, TimeProvider time)
    {
        _files = files;
        _time = time;
        _countries = new(files.ContentRoot);
    }

    /// <summary>The files that the last read configuration names, whole paths; a change of one is a change of the configuration.</summary>
    public IReadOnlyList<string> NamedFiles { get; private set; } = [];

    /// <summary>Reads everything. The result may be used only when <paramref name="errors"/> stays empty.</summary>
    public LoadedConfig Read(ConfigErrors errors, out IConfigurationRoot root)
    {
        root = _files.Read(errors, out var present);
        foreach (var gone in _needed.Except(present))
        {
            errors.Add(gone, "is gone; put it back (the last good configuration stays in force)");
        }

        if (!errors.None)
        {
            // What a broken file would have said is unknown, so mistakes in the rest would be guesses.
            return new(new(), null);
        }

        var config = ConfigValidator.Read(ConfigTree.From(root.GetSection(ConfigValidator.Root)), errors);
        NamedFiles = config.GeoIp.Database is { } database ? [Path.Combine(_files.ContentRoot, database)] : [];
        var countries = _countries.Load(config.GeoIp, _time.GetUtcNow(), errors);
        _needed = errors.None ? present : _needed;
        return new(config, countries);
    }
}
