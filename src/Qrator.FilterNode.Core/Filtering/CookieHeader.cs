namespace Qrator.FilterNode.Filtering;

/// <summary>Reads the Cookie header as browsers send it: <c>a=1; b=2</c> (RFC 6265, section 4.2).</summary>
public static class CookieHeader
{
    private const string Blank = " \t";
    private const string NotInNames = ";=";

    /// <summary>
    /// Finds a cookie. The first of several with the same name wins. Spaces and tabs around names and values do not belong to them, quotes around
    /// values do. Time is linear in the header; allocates nothing.
    /// </summary>
    /// <param name="header">The header; several are joined with <c>"; "</c> beforehand.</param>
    /// <param name="name">The name; case matters.</param>
    /// <param name="value">The value; empty when the cookie is absent.</param>
    /// <returns>False when there is no such cookie.</returns>
    public static bool TryGet(ReadOnlySpan<char> header, ReadOnlySpan<char> name, out ReadOnlySpan<char> value)
    {
        value = default;
        if (name.IsEmpty || name.ContainsAny(NotInNames) || name.Trim(Blank).Length != name.Length)
        {
            return false;
        }

        // Searching the name first skips, at the speed of memory, headers and cookies that do not have it.
        for (var start = 0; header[start..].IndexOf(name) is >= 0 and var distance; start += distance + name.Length)
        {
            var before = header[..(start + distance)].TrimEnd(Blank);
            var after = header[(start + distance + name.Length)..].TrimStart(Blank);
            if ((before.IsEmpty || before[^1] == ';') && !after.IsEmpty && after[0] == '=')
            {
                var end = after.IndexOf(';');
                value = after[1..(end < 0 ? after.Length : end)].Trim(Blank);
                return true;
            }
        }

        return false;
    }
}
