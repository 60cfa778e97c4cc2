namespace Qrator.FilterNode.Quality.Traffic;

/// <summary>How busy people are at a time of day, 1 on average.</summary>
internal static class Daily
{
    public static double At(double hour) => 1 + (0.45 * Math.Sin((hour - 10) / 24 * 2 * Math.PI)) + (0.15 * Math.Sin((hour - 18) / 12 * 2 * Math.PI));
}
