namespace Qrator.FilterNode.Geo;

/// <summary>
/// An ISO 3166-1 alpha-2 code packed into 16 bits, or <see cref="Unknown"/> (the default). Immutable, never allocates except in
/// <see cref="ToString"/>.
/// </summary>
public readonly record struct CountryCode
{
    /// <summary>How many values there are, unknown included: every <see cref="Index"/> is below.</summary>
    public const int Values = 1 + (26 * 26);

    private readonly ushort _letters;

    private CountryCode(ushort letters) => _letters = letters;

    /// <summary>No country is known for the address.</summary>
    public static CountryCode Unknown => default;

    /// <summary>0 for unknown, otherwise 1 to 676: usable as an index.</summary>
    public int Index => _letters;

    /// <summary>Packs two ASCII letters of any case. Whether ISO has assigned the code is not checked here.</summary>
    /// <returns>False when <paramref name="text"/> is not two ASCII letters.</returns>
    public static bool TryPack(ReadOnlySpan<char> text, out CountryCode code)
    {
        code = default;
        if (text.Length != 2 || !char.IsAsciiLetter(text[0]) || !char.IsAsciiLetter(text[1]))
        {
            return false;
        }

        code = new((ushort)(1 + (((text[0] | 0x20) - 'a') * 26) + ((text[1] | 0x20) - 'a')));
        return true;
    }

    /// <summary>The two upper-case letters, or <c>unknown</c>.</summary>
    public override string ToString() =>
        _letters == 0 ? "unknown" : new string([(char)('A' + ((_letters - 1) / 26)), (char)('A' + ((_letters - 1) % 26))]);
}
