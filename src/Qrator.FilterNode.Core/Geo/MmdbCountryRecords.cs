namespace Qrator.FilterNode.Geo;

/// <summary>
/// Turns data records into countries. Taken is the first of these that is a two-letter code: <c>country.iso_code</c>,
/// <c>registered_country.iso_code</c> (MaxMind's shape), <c>country_code</c>, and <c>country</c> as text (flat shapes). A record without
/// any, such as <c>--</c> or a continent alone, is <see cref="CountryCode.Unknown"/>.
/// </summary>
/// <param name="data">The data section of a file.</param>
internal ref struct MmdbCountryRecords(MmdbSection data)
{
    // Many records share one country map by pointer; it is searched once.
    private readonly Dictionary<int, CountryCode> _isoCodes = [];
    private MmdbDecoder _decoder = new(data);

    /// <summary>Checks the whole record at <paramref name="offset"/> of the data section and finds its country.</summary>
    /// <exception cref="MmdbFormatException">The record cannot be decoded.</exception>
    public CountryCode Read(int offset)
    {
        _decoder.Check(offset);
        var record = _decoder.Section.ReadThroughPointer(offset, out _);
        CountryCode country = default, registered = default, flat = default, text = default;
        var cursor = record.Start;
        for (var left = record.Type == MmdbType.Map ? record.Size : 0; left > 0; left--)
        {
            var value = _decoder.NextEntry(ref cursor, out var key);
            if (key.SequenceEqual("country"u8))
            {
                country = IsoCode(value);
                text = Code(value);
            }
            else if (key.SequenceEqual("registered_country"u8))
            {
                registered = IsoCode(value);
            }
            else if (key.SequenceEqual("country_code"u8))
            {
                flat = Code(value);
            }
        }

        return FirstKnown(country, registered, flat, text);
    }

    private CountryCode IsoCode(MmdbField map)
    {
        if (map.Type != MmdbType.Map)
        {
            return CountryCode.Unknown;
        }

        if (!_isoCodes.TryGetValue(map.Offset, out var code))
        {
            var cursor = map.Start;
            for (var left = map.Size; left > 0; left--)
            {
                var value = _decoder.NextEntry(ref cursor, out var key);
                code = key.SequenceEqual("iso_code"u8) ? Code(value) : code;
            }

            _isoCodes.Add(map.Offset, code);
        }

        return code;
    }

    private readonly CountryCode Code(MmdbField value)
    {
        if (value.Type != MmdbType.Text || value.Size != 2)
        {
            return CountryCode.Unknown;
        }

        var bytes = _decoder.Section.Content(value);
        return CountryCode.TryPack([(char)bytes[0], (char)bytes[1]], out var code) ? code : CountryCode.Unknown;
    }

    private static CountryCode FirstKnown(params ReadOnlySpan<CountryCode> codes)
    {
        var known = codes.IndexOfAnyExcept(CountryCode.Unknown);
        return known < 0 ? CountryCode.Unknown : codes[known];
    }
}
