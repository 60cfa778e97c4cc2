namespace Qrator.FilterNode.Statistics.Intervals;

/// <summary>
/// An interval in few bytes: a byte that names the form, then for each value that is not 0 the distance of its number from the last one and the value,
/// both as base-128 numbers with the low bits first (as in Protocol Buffers, "Base 128 Varints"). A quiet interval takes a few bytes, a busy one about
/// a hundred, and none more than <see cref="MostBytes"/>.
/// </summary>
internal static class IntervalEncoding
{
    /// <summary>The longest there can be.</summary>
    public const int MostBytes = 1 + ((MostCodes + IntervalLayout.Count - IntervalLayout.LastCode + IntervalLayout.FirstCode) * (LongestNumber + 2));

    /// <summary>How many codes are told apart; an origin may send any. The rarest of more are kept as one.</summary>
    public const int MostCodes = 64;

    private const byte Form = 1;
    private const int LongestNumber = 10;

    /// <summary>The bytes.</summary>
    public static byte[] Encode(IntervalCounts counts)
    {
        var codes = counts.Codes.ToList();
        var rarest = codes.Count > MostCodes ? codes.OrderBy(code => code.Count).Take(codes.Count - MostCodes).ToDictionary(code => code.Code, code => code.Count) : [];
        Span<byte> buffer = stackalloc byte[MostBytes];
        buffer[0] = Form;
        var length = 1;
        var last = 0;
        for (var number = 0; number < IntervalLayout.Count; number++)
        {
            var value = number == IntervalLayout.OtherCodes ? counts[number] + rarest.Values.Sum()
                : IntervalLayout.IsCode(number) && rarest.ContainsKey(IntervalLayout.CodeOf(number)) ? 0
                : counts[number];
            if (value > 0)
            {
                length += Write(buffer[length..], number - last);
                length += Write(buffer[length..], value);
                last = number;
            }
        }

        return buffer[..length].ToArray();
    }

    /// <summary>The interval; null for bytes that are none.</summary>
    public static IntervalCounts? Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes[0] != Form)
        {
            return null;
        }

        var counts = new IntervalCounts();
        bytes = bytes[1..];
        var number = 0L;
        while (!bytes.IsEmpty)
        {
            if (!TryRead(ref bytes, out var distance) || !TryRead(ref bytes, out var value) || distance >= IntervalLayout.Count - number)
            {
                return null;
            }

            number += distance;
            counts[(int)number] = value;
        }

        return counts;
    }

    private static int Write(Span<byte> buffer, long value)
    {
        var length = 0;
        while (value >= 0x80)
        {
            buffer[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        buffer[length++] = (byte)value;
        return length;
    }

    private static bool TryRead(ref ReadOnlySpan<byte> bytes, out long value)
    {
        value = 0;
        for (var i = 0; i < bytes.Length && i < LongestNumber - 1; i++)
        {
            value |= (long)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return true;
            }
        }

        return false;
    }
}
