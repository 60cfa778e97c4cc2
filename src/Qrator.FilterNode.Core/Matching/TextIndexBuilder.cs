namespace Qrator.FilterNode.Matching;

/// <summary>Collects the tests of a <see cref="TextIndex"/>. Not safe for several threads.</summary>
/// <param name="ignoreCase">Whether texts are compared without case, as <see cref="StringComparison.OrdinalIgnoreCase"/> does.</param>
public sealed class TextIndexBuilder(bool ignoreCase = false)
{
    private readonly Dictionary<(TextTest Test, string Pattern), int> _ids = [];
    private readonly List<(TextTest Test, string Pattern)> _tests = [];

    /// <summary>Adds a test.</summary>
    /// <param name="test">How the text is compared.</param>
    /// <param name="pattern">Compared with; an empty one is contained in every text.</param>
    /// <returns>The id of the test, from 0 on. Equal tests have the same id.</returns>
    public int Add(TextTest test, string pattern)
    {
        var key = (test, ignoreCase ? pattern.ToUpperInvariant() : pattern);
        if (!_ids.TryGetValue(key, out var id))
        {
            id = _tests.Count;
            _ids.Add(key, id);
            _tests.Add(key);
        }

        return id;
    }

    /// <summary>Makes the index. Takes milliseconds for thousands of tests, so it belongs on no request's thread.</summary>
    public TextIndex Build() => new(_tests, ignoreCase);
}
