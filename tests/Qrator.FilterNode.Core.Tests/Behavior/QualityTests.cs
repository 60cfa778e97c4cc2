using Qrator.FilterNode.Quality;

namespace Qrator.FilterNode.Behavior;

/// <summary>A little of the quality bench, so that it stays runnable and the worst mistakes are seen without it.</summary>
public sealed class QualityTests
{
    private const int Seed = 11;

    [Theory]
    [InlineData("wide flood (shop)")]
    [InlineData("random agents (shop)")]
    [InlineData("flat flood (log)")]
    [InlineData("launch of a new page (shop)")]
    [InlineData("another audience at once, twice as many (shop)")]
    [InlineData("link in one app to a page that takes 6 s (shop)")]
    [InlineData("link in one app to a page that takes 6 s (log)")]
    [InlineData("origin outage (shop)")]
    [InlineData("eager crawler (log)")]
    public void The_goals_are_met_after_a_quarter_of_an_hour_of_learning(string name)
    {
        var bench = new Bench(Seed, TimeSpan.FromMinutes(15), Path.Combine(AppContext.BaseDirectory, "Data", "access-sample.log"));
        var result = bench.Cases(new(), quick: false).Single(test => test.Name == name).Run();
        result.MeetsGoal.ShouldBeTrue($"{result}\n{string.Join('\n', result.Log.Concat(result.Mistakes))}");
    }
}
