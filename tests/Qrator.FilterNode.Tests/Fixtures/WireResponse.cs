using System.Text.RegularExpressions;

namespace Qrator.FilterNode.Fixtures;

/// <summary>A response as it came, but for the framing of its body.</summary>
/// <param name="Head">With its empty line; what there is of it, when its end did not come.</param>
/// <param name="Body">Without chunks.</param>
/// <param name="End">How it ended.</param>
public sealed partial record WireResponse(string Head, string Body, WireEnd End)
{
    // Of the origins here, all of whose answers are as old as that.
    private const string OriginYear = " 2015 ";

    /// <summary>Whether the connection ends behind it.</summary>
    public bool Closes => End != WireEnd.Complete || Head.Contains("\r\nConnection: close\r\n", StringComparison.OrdinalIgnoreCase);

    /// <summary>The same for two responses that differ in the order of headers alone, or in what differs from request to request.</summary>
    public string Comparable()
    {
        if (End != WireEnd.Complete)
        {
            // How much of a response that is cut a client gets to see before the reset depends on the network; it may be nothing.
            return End == WireEnd.Closed ? "closed" : "reset";
        }

        // Of the reason, which no client heeds, Kestrel writes no more than ASCII.
        var line = Head.IndexOf('\r', StringComparison.Ordinal);
        return $"{HeadText.Sorted(NotAscii().Replace(Head[..line], "?") + Head[line..], Value)}{Unlike(Body)}";
    }

    private static string Value(string name, string value) =>
        name.Equals("Date", StringComparison.OrdinalIgnoreCase) && !value.Contains(OriginYear, StringComparison.Ordinal) ? "(now)" : Unlike(value);

    private static string Unlike(string text) => text.Contains("QRATOR", StringComparison.Ordinal) ? Time().Replace(Id().Replace(text, "(id)"), "(time)") : text;

    [GeneratedRegex("[^\0-\x7f]")]
    private static partial Regex NotAscii();

    [GeneratedRegex("[0-9a-f]{32}")]
    private static partial Regex Id();

    [GeneratedRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}.[0-9]{2}:[0-9]{2}:[0-9]{2}")]
    private static partial Regex Time();
}
