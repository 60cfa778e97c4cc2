namespace Qrator.FilterNode.Configuration;

/// <summary>The names that operators give to services and rules, which become metric labels and words in the log.</summary>
public static class RuleName
{
    /// <summary>What a name is made of, for error messages.</summary>
    public const string Rule = "1 to 64 letters, digits, dots, hyphens and underscores, beginning with a letter or digit";

    private const int Longest = 64;

    /// <summary>Whether the name may be used.</summary>
    public static bool IsValid(string name) =>
        name.Length is > 0 and <= Longest
        && char.IsAsciiLetterOrDigit(name[0])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
}
