using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.UserRules.Parsing;

/// <summary>
/// Adds mistakes, except where the binder has already found one: a key that it could not read is not there for the parser, and one mistake
/// is not reported as two. Not safe for several threads.
/// </summary>
internal sealed class ParseErrors
{
    private readonly ConfigErrors _errors;
    private readonly HashSet<string> _bad = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _badBelow = new(StringComparer.OrdinalIgnoreCase);

    public ParseErrors(ConfigErrors errors)
    {
        _errors = errors;
        foreach (var error in errors.All)
        {
            _bad.Add(error.Path);
            _badBelow.Add(error.Path[..Math.Max(0, error.Path.LastIndexOf(':'))]);
        }
    }

    /// <summary>Mistakes so far, whoever found them.</summary>
    public int Count => _errors.All.Count;

    /// <summary>Reports a mistake at a key.</summary>
    public void Add(string path, string message)
    {
        if (!_bad.Contains(path))
        {
            _errors.Add(path, message);
        }
    }

    /// <summary>Reports that a section lacks something, unless one of its own keys could not be read.</summary>
    public void AddLack(string section, string path, string message)
    {
        if (!_badBelow.Contains(section))
        {
            Add(path, message);
        }
    }
}
