using System.Text;

namespace Qrator.FilterNode.Forwarding.Http1;

/// <summary>
/// The values of the headers of the last response on a connection. Most are the same in the next one, in the same place, and no string is made for those.
/// Keeps at most 8 KB. One thread at a time.
/// </summary>
internal sealed class RepeatedTexts
{
    private const int Places = 16;
    private const int Longest = 256;

    private readonly string?[] _texts = new string?[Places];

    /// <summary>The value (Latin-1) of the header in this place, counted from 0.</summary>
    public string Of(int place, ReadOnlySpan<byte> value)
    {
        if (place >= Places || value.Length > Longest)
        {
            return Encoding.Latin1.GetString(value);
        }

        ref var text = ref _texts[place];
        if (text is null || !Ascii.Equals(value, text))
        {
            text = Encoding.Latin1.GetString(value);
        }

        return text;
    }
}
