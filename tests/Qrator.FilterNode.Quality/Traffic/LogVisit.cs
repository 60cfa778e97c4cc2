namespace Qrator.FilterNode.Quality.Traffic;

/// <summary>What one client of a log did in a visit.</summary>
/// <param name="Client">The number of the client.</param>
/// <param name="Lines">Its requests, oldest first.</param>
internal sealed record LogVisit(int Client, IReadOnlyList<LogLine> Lines);
