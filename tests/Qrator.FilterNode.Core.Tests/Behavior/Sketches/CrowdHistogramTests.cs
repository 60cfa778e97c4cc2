namespace Qrator.FilterNode.Behavior.Sketches;

public sealed class CrowdHistogramTests
{
    [Theory]
    [InlineData(0.001)]
    [InlineData(0.01)]
    [InlineData(0.5)]
    public void What_a_part_of_the_windows_exceeds_is_that_of_the_sorted_windows_to_a_step(double part)
    {
        var random = new SeededRandom();
        var histogram = new CrowdHistogram();
        var windows = new List<float>();
        for (var i = 0; i < 20_000; i++)
        {
            var value = 0f;
            for (var steps = random.Next(1, 5); steps > 0; steps--)
            {
                var next = value + MathF.Exp(random.NextSingle() * 5);
                histogram.Move(value, next);
                value = next;
            }

            windows.Add(value);
        }

        windows.Sort();
        var truth = windows[(int)(windows.Count * (1 - part)) - 1];
        histogram.Exceeded(part).ShouldBeInRange(truth * 0.99f, truth * 1.3f, random.ToString());
    }

    [Fact]
    public void Too_few_windows_say_nothing()
    {
        var histogram = new CrowdHistogram();
        histogram.Move(0, 5);
        histogram.Exceeded(0.001).ShouldBe(0);
    }
}
