using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>
/// Where the configuration comes from, in the layers of .NET: appsettings.json, appsettings.{Environment}.json, environment variables,
/// command line. Every read starts from the files anew, so that a reload sees one state of them and nothing of the one before.
/// </summary>
internal sealed class ConfigurationFiles
{
    private readonly string _contentRoot;
    private readonly string[] _names;
    private readonly string[] _arguments;

    public ConfigurationFiles(string contentRoot, string environment, string[] arguments)
    {
        _contentRoot = contentRoot;
        _names = ["appsettings.json", $"appsettings.{environment}.json"];
        _arguments = arguments;
    }

    /// <summary>The folder that relative paths in the configuration start from.</summary>
    public string ContentRoot => _contentRoot;

    /// <summary>The files, whether they are there or not.</summary>
    public IReadOnlyList<string> Paths => [.. _names.Select(name => Path.Combine(_contentRoot, name))];

    /// <summary>Reads all layers. A file that is not there is an empty layer; one that cannot be read or is not JSON is an error.</summary>
    /// <param name="errors">Gets every mistake.</param>
    /// <param name="present">The names of the files that were there.</param>
    /// <param name="root">The same for libraries that read .NET configuration.</param>
    public ConfigTree Read(ConfigErrors errors, out IReadOnlySet<string> present, out IConfigurationRoot root)
    {
        var there = new HashSet<string>(StringComparer.Ordinal);
        var builder = new ConfigurationBuilder();
        var tree = new ConfigTree();
        foreach (var name in _names)
        {
            try
            {
                var content = File.ReadAllBytes(Path.Combine(_contentRoot, name));
                there.Add(name);
                var keys = JsonFile.Read(name, content, errors);
                builder.AddInMemoryCollection(keys);
                foreach (var (key, value) in keys)
                {
                    tree.Set(key, value);
                }
            }
            catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
            {
                // An absent layer is empty; whether that is right is for the caller to say.
                continue;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                there.Add(name);
                errors.Add(name, $"cannot be read: {exception.Message}");
            }
        }

        present = there;
        root = builder.AddEnvironmentVariables().AddCommandLine(_arguments).Build();
        SetOutside(tree);
        return tree;
    }

    // Environment and command line. Their providers keep their keys to themselves, but tell which of the paths they have a value for.
    private void SetOutside(ConfigTree tree)
    {
        var outside = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(_arguments).Build();
        foreach (var (key, value) in outside.AsEnumerable())
        {
            if (outside.Providers.Any(provider => provider.TryGet(key, out _)))
            {
                tree.Set(key, value);
            }
        }
    }
}
