namespace Qrator.FilterNode.Offences;

/// <summary>The words for violations: one table for metric labels and for the reasons of list entries.</summary>
public static class ViolationText
{
    private static readonly (string Label, string Phrase)[] Words =
    [
        ("none", "none"),
        ("bare_lf", "bare LF"),
        ("bare_cr", "bare CR"),
        ("control_character", "control character"),
        ("empty_lines", "empty lines before a request"),
        ("request_line", "malformed request line"),
        ("header_name", "invalid header name"),
        ("line_folding", "obsolete line folding"),
        ("content_length", "invalid Content-Length"),
        ("transfer_encoding", "invalid Transfer-Encoding"),
        ("two_lengths", "Content-Length with Transfer-Encoding"),
        ("host", "missing or repeated Host"),
        ("chunk_size", "invalid chunk size"),
        ("chunk_extension", "chunk extensions too long"),
        ("chunk_end", "chunk longer than its size"),
        ("trailer", "forbidden trailer"),
        ("malformed", "malformed request"),
        ("oversized_head", "oversized head"),
        ("slow_head", "slow head"),
        ("slow_body", "slow body"),
        ("slow_reader", "slow reader"),
        ("http2_flood", "HTTP/2 flood"),
    ];

    /// <summary>How many violations there are, <see cref="Violation.None"/> included.</summary>
    public static int Count => Words.Length;

    /// <summary>The metric label.</summary>
    public static string Label(Violation violation) => Words[(int)violation].Label;

    /// <summary>The words for people.</summary>
    public static string Phrase(Violation violation) => Words[(int)violation].Phrase;
}
