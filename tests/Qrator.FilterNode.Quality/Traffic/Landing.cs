namespace Qrator.FilterNode.Quality.Traffic;

/// <summary>Where a visitor who follows a link arrives.</summary>
/// <param name="Page">The path.</param>
/// <param name="Referer">Where the link was; null when that is not told.</param>
/// <param name="MobileFactor">How many times as often as usual it is a mobile browser.</param>
/// <param name="Milliseconds">What the page takes of the origin's time; 0 for what pages take usually.</param>
internal sealed record Landing(string Page, string? Referer, double MobileFactor = 1, double Milliseconds = 0);
