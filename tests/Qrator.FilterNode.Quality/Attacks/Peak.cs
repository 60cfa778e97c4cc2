using Qrator.FilterNode.Quality.Traffic;

namespace Qrator.FilterNode.Quality.Attacks;

/// <summary>More people than usual who follow a link to one page.</summary>
internal static class Peak
{
    /// <summary>Begins now: within a minute, or the seconds said, visitors make so many requests a second more.</summary>
    public static void Start(
        Simulation simulation, Random random, IBackground site, double rate, Func<Random, Landing> landing, TimeSpan length, double rise = 60)
    {
        var began = simulation.Time;
        void Next()
        {
            var seconds = (double)(simulation.Time - began) / TimeSpan.TicksPerSecond;
            if (seconds > length.TotalSeconds)
            {
                return;
            }

            var sent = site.Visit(simulation, random, landing(random));
            var now = rate * Math.Clamp(seconds / rise, 0.02, 1);
            simulation.After(-Math.Log(1 - random.NextDouble()) * sent / now, Next);
        }

        Next();
    }
}
