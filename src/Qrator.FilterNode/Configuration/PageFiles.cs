using Qrator.FilterNode.Configuration.Binding;
using Qrator.FilterNode.Pages;

namespace Qrator.FilterNode.Configuration;

/// <summary>Loads the pages that the configuration names, and keeps what it loaded while a file stays the same. One thread at a time.</summary>
internal sealed class PageFiles
{
    private readonly string _contentRoot;
    private Dictionary<string, (FileState From, PageTemplate Page)> _loaded = [];

    public PageFiles(string contentRoot) => _contentRoot = contentRoot;

    /// <summary>The pages by their path as it stands in the configuration. One that cannot be used adds a mistake for each key that names it.</summary>
    /// <param name="config">What the configuration says.</param>
    /// <param name="now">The wall clock.</param>
    /// <param name="errors">Gets the mistakes.</param>
    /// <param name="states">The files as they were before they were read.</param>
    public IReadOnlyDictionary<string, PageTemplate> Load(FilterNodeConfig config, DateTimeOffset now, ConfigErrors errors, out IReadOnlyList<FileState> states)
    {
        var seen = new Dictionary<string, FileState>();
        var loaded = new Dictionary<string, (FileState From, PageTemplate Page)>();
        foreach (var (key, name) in NamedBy(config))
        {
            if (!seen.TryGetValue(name, out var state))
            {
                state = FileState.Of(Path.Combine(_contentRoot, name), now);
                seen.Add(name, state);
            }

            if (_loaded.TryGetValue(name, out var kept) && !state.DiffersFrom(kept.From))
            {
                loaded[name] = kept;
            }
            else if (!loaded.ContainsKey(name) && TryRead(key, name, state.Path, errors, out var page))
            {
                loaded[name] = (state, page);
            }
        }

        states = [.. seen.Values];
        _loaded = loaded;
        return loaded.ToDictionary(pair => pair.Key, pair => pair.Value.Page);
    }

    private static IEnumerable<(string Key, string Name)> NamedBy(FilterNodeConfig config)
    {
        foreach (var (service, settings) in config.Services)
        {
            var path = $"{ConfigValidator.Root}:Services:{service}";
            foreach (var (status, page) in settings.ErrorPages.All)
            {
                yield return ($"{path}:ErrorPages:{status}", page);
            }

            if (settings.Maintenance.Page is { } maintenance)
            {
                yield return ($"{path}:Maintenance:Page", maintenance);
            }
        }
    }

    private static bool TryRead(string key, string name, string path, ConfigErrors errors, out PageTemplate page)
    {
        page = null!;
        try
        {
            var problem = new FileInfo(path).Length is > PageTemplate.MaximumBytes and var length
                ? $"has {length} bytes; at most {PageTemplate.MaximumBytes}"
                : PageTemplate.TryParse(File.ReadAllBytes(path), out page, out var unusable) ? "" : unusable;
            if (problem.Length == 0)
            {
                return true;
            }

            errors.Add(key, $"{name} {problem}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            errors.Add(key, $"{name} cannot be read: {exception.Message}");
        }

        return false;
    }
}
