namespace Qrator.FilterNode.Behavior.Usual;

public sealed class UsualLevelTests
{
    private static readonly TimeSpan Noon = TimeSpan.FromHours(12);

    [Fact]
    public void It_takes_five_minutes_to_know_what_is_usual()
    {
        var level = new UsualLevel();
        Minutes(level, 4, _ => 100, Noon);
        level.IsLearned.ShouldBeFalse();
        level.At(Noon).ShouldBe(0);
        Minutes(level, 1, _ => 100, Noon);
        level.At(Noon).ShouldBe(100);
    }

    [Fact]
    public void Twenty_minutes_of_a_peak_in_an_hour_do_not_move_it()
    {
        var level = new UsualLevel();
        Minutes(level, 40, minute => 100 + (minute % 3), Noon);
        Minutes(level, 20, _ => 5_000, Noon);
        level.At(Noon).ShouldBeInRange(100, 103);
    }

    [Fact]
    public void What_lasts_becomes_usual()
    {
        var level = new UsualLevel();
        Minutes(level, 60, _ => 100, Noon);
        Minutes(level, 40, _ => 300, Noon);
        level.At(Noon).ShouldBe(300);
    }

    [Fact]
    public void The_spread_is_that_of_a_normal_distribution_whatever_a_few_minutes_do()
    {
        var random = new SeededRandom();
        var level = new UsualLevel();
        double Normal() => 100 + (10 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        Minutes(level, 60, minute => minute % 10 == 0 ? 100_000 : Normal(), Noon);
        level.Spread.ShouldBeInRange(4, 25, random.ToString());
    }

    [Fact]
    public void The_morning_is_known_from_the_days_before()
    {
        var level = new UsualLevel();
        for (var day = 0; day < 2; day++)
        {
            for (var hour = 0; hour < 24; hour++)
            {
                var (rate, at) = (hour >= 8 ? 1_000 : 50, TimeSpan.FromHours(hour));
                Minutes(level, 60, _ => rate, at);
            }
        }

        Minutes(level, 60, _ => 50, TimeSpan.FromHours(7));
        level.At(TimeSpan.FromHours(7)).ShouldBe(50);
        level.At(TimeSpan.FromHours(8)).ShouldBeGreaterThan(900);
    }

    private static void Minutes(UsualLevel level, int minutes, Func<int, double> value, TimeSpan at)
    {
        for (var minute = 0; minute < minutes; minute++)
        {
            level.Learn(value(minute), 60, at);
        }
    }
}
