namespace Qrator.FilterNode.Quality.Traffic;

/// <summary>A line of a log.</summary>
internal sealed record LogLine(
    string Client, DateTimeOffset At, string Method, string Path, string Query, int Status, string? Referer, Browser Browser);
