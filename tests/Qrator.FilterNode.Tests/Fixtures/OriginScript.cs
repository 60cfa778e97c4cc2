using System.Text;

namespace Qrator.FilterNode.Fixtures;

/// <summary>What an origin sends in answer to a request: each piece by itself, and then perhaps the end of the connection.</summary>
/// <param name="Pieces">Latin-1.</param>
/// <param name="Closes">Whether the connection ends behind them.</param>
public sealed record OriginScript(IReadOnlyList<string> Pieces, bool Closes)
{
    /// <summary>The answer to which nothing is to be said.</summary>
    public static readonly OriginScript Ok = Of("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok");

    /// <summary>A response that leaves the connection open.</summary>
    public static OriginScript Of(string response) => new([response], Closes: false);

    /// <summary>A response, or a piece of one, behind which the connection ends.</summary>
    public static OriginScript Closing(string response) => new([response], Closes: true);

    /// <summary>A response whose body is the target of the request.</summary>
    public static OriginScript Echo(string head)
    {
        var target = head.Split(' ')[1];
        var body = head.StartsWith("HEAD ", StringComparison.Ordinal) ? "" : target;
        return Of($"HTTP/1.1 200 OK\r\nContent-Length: {target.Length}\r\n\r\n{body}");
    }

    public override string ToString() => $"{string.Concat(Pieces)}\n({Pieces.Count} pieces{(Closes ? ", then the end" : "")})";

    internal IEnumerable<byte[]> Bytes => Pieces.Select(Encoding.Latin1.GetBytes);
}
