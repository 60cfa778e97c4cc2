using Qrator.FilterNode.Configuration.Binding;
using Qrator.FilterNode.Geo;

namespace Qrator.FilterNode.Configuration;

/// <summary>Loads the country database that the configuration names, and keeps what it loaded while the file stays the same.</summary>
internal sealed class CountryDatabase
{
    private static readonly string Key = $"{ConfigValidator.Root}:GeoIp:Database";

    private readonly string _contentRoot;
    private FileState? _loadedFrom;
    private ICountryLookup? _loaded;

    public CountryDatabase(string contentRoot) => _contentRoot = contentRoot;

    /// <summary>The database; null when none is named or it cannot be used, which adds a mistake.</summary>
    public ICountryLookup? Load(GeoIpConfig config, DateTimeOffset now, ConfigErrors errors)
    {
        if (config.Database is null)
        {
            return null;
        }

        var path = Path.Combine(_contentRoot, config.Database);
        var state = FileState.Of(path, now);
        if (_loaded is not null && _loadedFrom is not null && _loadedFrom.Path == state.Path && !state.DiffersFrom(_loadedFrom))
        {
            return _loaded;
        }

        try
        {
            _loaded = MmdbCountryLookup.Load(File.ReadAllBytes(path));
            _loadedFrom = state;
            return _loaded;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            errors.Add(Key, $"{config.Database} cannot be read: {exception.Message}");
        }
        catch (MmdbFormatException exception)
        {
            errors.Add(Key, $"{config.Database} is not a country database: {exception.Message}");
        }

        return null;
    }
}
