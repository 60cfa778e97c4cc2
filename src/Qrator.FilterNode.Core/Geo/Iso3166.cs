namespace Qrator.FilterNode.Geo;

/// <summary>The country codes of ISO 3166-1 alpha-2. Immutable and safe for any number of threads.</summary>
public static class Iso3166
{
    private const string Assigned =
        "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ " +
        "CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR " +
        "GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP " +
        "KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ " +
        "NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW " +
        "SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ " +
        "UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

    private static readonly CountryCode Kosovo = Pack("XK");

    /// <summary>The 249 officially assigned codes, in alphabetical order.</summary>
    public static IReadOnlyList<CountryCode> Codes { get; } = Array.AsReadOnly(Array.ConvertAll(Assigned.Split(' '), Pack));

    /// <summary>Whether ISO has officially assigned the code to a country. False for <see cref="CountryCode.Unknown"/>.</summary>
    public static bool IsAssigned(CountryCode code) => Codes.Contains(code);

    /// <summary>
    /// Whether a configuration may name the code: the assigned ones, and XK. XK is Kosovo in country databases; ISO leaves it to its users
    /// and will not assign it otherwise. EU and AP, which old MaxMind data gave to addresses spread over Europe or Asia, are refused: they
    /// do not stand for all countries there, and an operator who writes EU expects that. Such an address has a code that no list can name.
    /// </summary>
    public static bool IsConfigurable(CountryCode code) => code == Kosovo || IsAssigned(code);

    private static CountryCode Pack(string text) => CountryCode.TryPack(text, out var code) ? code : throw new ArgumentException(text, nameof(text));
}
