using Qrator.FilterNode.Configuration.Binding;
using Qrator.FilterNode.Pages;

namespace Qrator.FilterNode.Configuration;

/// <summary>
/// Reads and checks the whole configuration with the files that it names: the one way from files to a valid configuration. One thread at a time.
/// </summary>
internal sealed class ConfigurationReader
{
    private readonly ConfigurationFiles _files;
    private readonly TimeProvider _time;
    private readonly CountryDatabase _countries;
    private readonly PageFiles _pages;
    private IReadOnlyList<FileState> _read = [];
    private IReadOnlySet<string> _needed = new HashSet<string>();

    public ConfigurationReader(ConfigurationFiles files, TimeProvider time)
    {
        _files = files;
        _time = time;
        _countries = new(files.ContentRoot);
        _pages = new(files.ContentRoot);
    }

    /// <summary>Whether a file has changed since the last read: one of the configuration's own, or one that it names.</summary>
    public bool IsStale()
    {
        var now = _time.GetUtcNow();
        return _read.Any(state => FileState.Of(state.Path, now).DiffersFrom(state));
    }

    /// <summary>Reads everything. The result may be used only when <paramref name="errors"/> stays empty.</summary>
    public LoadedConfig Read(ConfigErrors errors, out IConfigurationRoot root)
    {
        // Taken before the files are read: a write that falls in between makes the read stale.
        var now = _time.GetUtcNow();
        _read = [.. _files.Paths.Select(path => FileState.Of(path, now))];
        var tree = _files.Read(errors, out var present, out root);
        foreach (var gone in _needed.Except(present))
        {
            errors.Add(gone, "is gone; put it back (the last good configuration stays in force)");
        }

        if (!errors.None)
        {
            // What a broken file would have said is unknown, so mistakes in the rest would be guesses.
            return new(new(), null, new Dictionary<string, PageTemplate>());
        }

        var config = ConfigValidator.Read(tree.Section(ConfigValidator.Root), errors);
        var countries = _countries.Load(config.GeoIp, now, errors, out var database);
        _read = database is null ? _read : [.. _read, database];
        var pages = _pages.Load(config, now, errors, out var pageStates);
        _read = [.. _read, .. pageStates];
        _needed = errors.None ? present : _needed;
        return new(config, countries, pages);
    }
}
