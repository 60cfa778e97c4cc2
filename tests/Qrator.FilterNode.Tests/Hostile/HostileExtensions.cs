using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Hostile;

/// <summary>What the tests of hostile clients ask and do.</summary>
internal static class HostileExtensions
{
    /// <summary>Sends a text in pieces; does not mind when the other side ends before.</summary>
    public static async Task SendInPiecesAsync(this RawClient client, string text, int size)
    {
        try
        {
            foreach (var piece in text.Chunk(size))
            {
                await client.SendAsync(new string(piece));
            }
        }
        catch (System.Net.Sockets.SocketException)
        {
            // Refused before it was all sent.
            return;
        }
    }

    /// <summary>Violations of the first listener, by reason.</summary>
    public static async Task<double> ViolationsAsync(this TestNode node, string reason) =>
        await node.SumAsync("filternode_protocol_violations_total{", $"reason=\"{reason}\"");

    /// <summary>Requests that were refused, of all services and of none.</summary>
    public static async Task<double> BadRequestsAsync(this TestNode node) => await node.SumAsync("filternode_requests_total{", "outcome=\"bad_request\"");

    /// <summary>Requests that have ended, however they did.</summary>
    public static async Task<double> RequestsAsync(this TestNode node) => await node.SumAsync("filternode_requests_total{", "");

    /// <summary>Connections that were cut, by reason.</summary>
    public static async Task<double> CutAsync(this TestNode node, string reason) =>
        await node.SumAsync("filternode_connections_dropped_total{", $"reason=\"{reason}\"");

    private static async Task<double> SumAsync(this TestNode node, string name, string label) =>
        (await node.MetricsAsync()).Split('\n')
        .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line.Contains(label, StringComparison.Ordinal))
        .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture));
}
