namespace Qrator.FilterNode.UserRules;

/// <summary>Short texts from few letters, so that rules and requests often have something in common.</summary>
internal sealed class RandomText(Random random)
{
    // Letters with odd upper cases (long s, Kelvin sign, dotless and dotted i, sharp s), Latin-1 as from invalid UTF-8, a surrogate pair.
    private static readonly string[] Pieces =
    [
        "a", "a", "b", "ab", "aB", "AB", "ba", "aaaa", "abab", "bot", "Bot", "/", "/a", ".", "x.y", " ", "k", "K", "\u212a", "i", "I", "\u0131", "\u0130",
        "s", "\u017f", "\u00df", "\u00e9", "\u00c9", "\u00ff", "\u00c3\u00a9", "\0", "\ud83d\ude00", "1", "12345", "=", "%2F", "..", "Mozilla/5.0 (",
    ];

    private static readonly string[] Expressions =
    [
        "a+b", "^ab", "(a|b)c?", "[ab]{2}/", "ab.*ba", @"x\.y", "(?i)bot", "b$", "^$", "a|bot", "bot?", "(?:ab)+a", @"\d{3,}", "Mozilla/5.0 [(]", "k", "i+", "s",
        @"\bbot\b", "[^a]b", "ba{2}", "aa+", "a*b", @"\\", "x.y", "b(?:a|b)a", "é", "K", "[]a]b", "(ab|ba)/a", "aB", @"\u0061b", "ab{0}a", "a{2}b", @"bot\z",
    ];

    /// <summary>A text, sometimes empty, sometimes long.</summary>
    public string Next(int mostPieces = 5)
    {
        var count = random.Next(40) == 0 ? mostPieces * 40 : random.Next(mostPieces + 1);
        return string.Concat(Enumerable.Range(0, count).Select(_ => Pieces[random.Next(Pieces.Length)]));
    }

    /// <summary>A text of at least one letter.</summary>
    public string NextFilled() => Next(4) is { Length: > 0 } text ? text : "a";

    public string NextExpression() => Expressions[random.Next(Expressions.Length)];
}
