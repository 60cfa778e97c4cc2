using System.Globalization;

namespace Qrator.FilterNode.Matching.Expressions;

/// <summary>Reads what can stand behind a backslash inside and outside of sets alike.</summary>
internal static class EscapeReader
{
    private const string Controls = "trnfvae";
    private const string ControlLetters = "\t\r\n\f\v\a\u001b";

    /// <summary>Reads the letter of a class.</summary>
    public static bool TryReadClass(ReadOnlySpan<char> pattern, ref int at, out (LetterClass Class, bool Negated) @class)
    {
        @class = default;
        if (at >= pattern.Length || char.ToLowerInvariant(pattern[at]) is not ('d' or 'w' or 's'))
        {
            return false;
        }

        var kind = pattern[at] switch
        {
            'd' or 'D' => LetterClass.Digit,
            'w' or 'W' => LetterClass.Word,
            _ => LetterClass.Space,
        };
        @class = (kind, char.IsAsciiLetterUpper(pattern[at]));
        at++;
        return true;
    }

    /// <summary>Reads an escaped letter: a control character, two or four hex digits, or anything that has no meaning of its own.</summary>
    public static bool TryReadLetter(ReadOnlySpan<char> pattern, ref int at, out char letter)
    {
        letter = default;
        if (at >= pattern.Length)
        {
            return false;
        }

        letter = pattern[at++];
        if (letter is 'x' or 'u')
        {
            return TryReadHex(pattern, ref at, letter == 'x' ? 2 : 4, out letter);
        }

        var control = Controls.IndexOf(letter, StringComparison.Ordinal);
        letter = control < 0 ? letter : ControlLetters[control];
        return control >= 0 || (char.IsAscii(letter) && !char.IsAsciiLetterOrDigit(letter) && letter != '_');
    }

    private static bool TryReadHex(ReadOnlySpan<char> pattern, ref int at, int digits, out char letter)
    {
        letter = default;
        if (pattern.Length - at < digits
            || !ushort.TryParse(pattern.Slice(at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
        {
            return false;
        }

        letter = (char)code;
        at += digits;
        return true;
    }
}
