namespace Qrator.FilterNode.Configuration.Binding;

/// <summary>Collects every mistake of one configuration. Not safe for several threads.</summary>
public sealed class ConfigErrors
{
    private readonly List<ConfigError> _errors = [];

    /// <summary>Whether no mistake was found yet.</summary>
    public bool None => _errors.Count == 0;

    /// <summary>All mistakes in the order they were found.</summary>
    public IReadOnlyList<ConfigError> All => _errors;

    /// <summary>Whether this key has a mistake already, so that its value is not what the operator meant.</summary>
    public bool At(string path) => _errors.Exists(error => error.Path.Equals(path, StringComparison.OrdinalIgnoreCase));

    /// <summary>Notes one mistake.</summary>
    public void Add(string path, string message) => _errors.Add(new(path, message));
}
