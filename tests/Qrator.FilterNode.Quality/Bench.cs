using Qrator.FilterNode.Behavior;
using Qrator.FilterNode.Quality.Attacks;
using Qrator.FilterNode.Quality.Traffic;

namespace Qrator.FilterNode.Quality;

/// <summary>The cases, each run by itself from a warm-up on.</summary>
internal sealed class Bench(int seed, TimeSpan warmUp, string logFile, bool seesHeaderOrder = true)
{
    private const double ShopRate = 220;
    private const double LogRate = 150;
    private const double CapacityFactor = 8;
    private static readonly TimeSpan After = TimeSpan.FromSeconds(60);

    /// <summary>All cases; a third of the attacks with parameters drawn from the seed.</summary>
    public IEnumerable<BenchCase> Cases(BehaviorTuning tuning, bool quick)
    {
        var sites = quick ? new[] { "shop" } : ["shop", "log"];
        foreach (var site in sites)
        {
            foreach (var (_, i) in AttackPlans.On(Site(site), null).Index().Select(plan => (plan.Item, plan.Index)))
            {
                yield return new(AttackName(site, i, null), () => RunAttack(site, i, null, tuning));
            }
        }

        for (var i = 0; i < AttackPlans.On(Site("shop"), null).Count(); i++)
        {
            var site = quick || new Random(seed + i).Next(2) == 0 ? "shop" : "log";
            var (number, drawSeed) = (i, seed + (1000 * (i + 1)));
            yield return new(AttackName(site, i, drawSeed), () => RunAttack(site, number, drawSeed, tuning));
        }

        foreach (var site in sites)
        {
            for (var i = 0; i < NotAttacks.On(Site(site)).Count(); i++)
            {
                var number = i;
                yield return new($"{NotAttacks.On(Site(site)).ElementAt(i).Name} ({site})", () => RunNotAttack(site, number, tuning));
            }
        }
    }

    private string AttackName(string site, int number, int? draw) =>
        $"{AttackPlans.On(Site(site), null).ElementAt(number).Name} ({site}{(draw is null ? "" : ", random")})";

    private IBackground Site(string name) => name == "shop" ? new ShopBackground(ShopRate) : new LogBackground(logFile, LogRate);

    private CaseResult RunAttack(string siteName, int number, int? draw, BehaviorTuning tuning)
    {
        var site = Site(siteName);
        var plan = AttackPlans.On(site, draw is { } drawSeed ? new Random(drawSeed) : null).ElementAt(number);
        var (simulation, random) = WarmUp(site, number + (draw ?? 0), tuning);
        if (plan.PeakBefore > TimeSpan.Zero)
        {
            Peak.Start(simulation, random, site, site.Rate * 9, NotAttacks.OfNews, plan.PeakBefore + plan.Length + After);
            simulation.Run(plan.PeakBefore);
        }

        simulation.Measurement.Begin(simulation.Time);
        plan.Start(simulation, random);
        simulation.Run(plan.Length + After);
        return simulation.Measurement.Result(plan.Name, "attack", draw is null ? siteName : $"{siteName}, random", simulation, plan.Parameters);
    }

    private CaseResult RunNotAttack(string siteName, int number, BehaviorTuning tuning)
    {
        var site = Site(siteName);
        var (name, length, start) = NotAttacks.On(site).ElementAt(number);
        var (simulation, random) = WarmUp(site, number, tuning);
        simulation.Measurement.Begin(simulation.Time);
        start(simulation, random);
        simulation.Run(length + After);
        return simulation.Measurement.Result(name, "no attack", siteName, simulation, "");
    }

    private (Simulation Simulation, Random Random) WarmUp(IBackground site, int number, BehaviorTuning tuning)
    {
        var random = new Random(seed + number);
        var simulation = new Simulation(tuning, random, site.Rate * CapacityFactor) { SeesHeaderOrder = seesHeaderOrder };
        site.Start(simulation, random);
        simulation.Run(warmUp);
        return (simulation, random);
    }
}
