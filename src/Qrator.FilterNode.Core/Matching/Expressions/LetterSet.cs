using System.Globalization;

namespace Qrator.FilterNode.Matching.Expressions;

/// <summary>The letters (UTF-16 code units) that one place of an expression matches. Immutable.</summary>
internal sealed class LetterSet
{
    private const int AsciiLetters = 128;

    // Most places of most expressions are one letter of these.
    private static readonly LetterSet[] Singles = [.. Enumerable.Range(0, AsciiLetters).Select(letter => Single((char)letter))];

    private static readonly LetterSet[] Classes = [.. Enum.GetValues<LetterClass>().SelectMany(@class => new LetterSet[] { new([], [(@class, false)], false), new([], [(@class, true)], false) })];

    private readonly ulong _low;
    private readonly ulong _high;
    private readonly (char From, char To)[] _ranges;
    private readonly (LetterClass Class, bool Negated)[] _classes;
    private readonly bool _negated;

    /// <summary>Everything.</summary>
    public static LetterSet All { get; } = new([], [], negated: true);

    /// <summary>Everything but a line feed.</summary>
    public static LetterSet AllOfLine { get; } = new([('\n', '\n')], [], negated: true);

    /// <param name="ranges">Letters in the set, from and to inclusive.</param>
    /// <param name="classes">Classes in the set, or everything that is not in them.</param>
    /// <param name="negated">Whether the set is everything else.</param>
    public LetterSet(IEnumerable<(char From, char To)> ranges, IEnumerable<(LetterClass Class, bool Negated)> classes, bool negated)
    {
        _ranges = [.. ranges];
        _classes = [.. classes];
        _negated = negated;
        for (var letter = 0; letter < AsciiLetters; letter++)
        {
            if (Find((char)letter))
            {
                _ = letter < 64 ? _low |= 1UL << letter : _high |= 1UL << letter;
            }
        }
    }

    /// <summary>A set of one letter.</summary>
    public static LetterSet Of(char letter) => letter < AsciiLetters ? Singles[letter] : Single(letter);

    /// <summary>A set of what is in a class, or of everything else.</summary>
    public static LetterSet Of(LetterClass @class, bool negated) => Classes[(2 * (int)@class) + (negated ? 1 : 0)];

    /// <summary>Whether the letter is in the set.</summary>
    public bool Contains(char letter) =>
        letter < AsciiLetters ? (((letter < 64 ? _low : _high) >> letter) & 1) != 0 : Find(letter);

    /// <summary>Whether the letter is in the class.</summary>
    public static bool IsIn(LetterClass @class, char letter) => @class switch
    {
        LetterClass.Digit => char.IsDigit(letter),
        LetterClass.Space => char.IsWhiteSpace(letter),
        _ => char.GetUnicodeCategory(letter) is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
            or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.NonSpacingMark
            or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.ConnectorPunctuation,
    };

    private static LetterSet Single(char letter) => new([(letter, letter)], [], negated: false);

    private bool Find(char letter)
    {
        foreach (var (from, to) in _ranges)
        {
            if (letter >= from && letter <= to)
            {
                return !_negated;
            }
        }

        foreach (var (@class, negated) in _classes)
        {
            if (IsIn(@class, letter) != negated)
            {
                return !_negated;
            }
        }

        return _negated;
    }
}
