namespace Qrator.FilterNode.Behavior.Sketches;

public sealed class CountMinTests
{
    [Fact]
    public void An_estimate_is_never_below_the_truth_and_rarely_far_above()
    {
        var random = new SeededRandom();
        var sketch = new CountMin(1 << 13);
        var truth = new Dictionary<ulong, int>();
        var keys = Enumerable.Range(0, 3_000).Select(_ => random.NextUInt64()).ToArray();
        for (var i = 0; i < 100_000; i++)
        {
            var key = keys[(int)(keys.Length * Math.Pow(random.NextDouble(), 3))];
            sketch.Add(key);
            truth[key] = truth.GetValueOrDefault(key) + 1;
        }

        truth.ShouldAllBe(pair => sketch.Estimate(pair.Key) >= pair.Value, random.ToString());
        truth.Count(pair => sketch.Estimate(pair.Key) > pair.Value + (4 * 100_000 / 4_096)).ShouldBeLessThan(truth.Count / 20, random.ToString());
    }

    [Fact]
    public void Merging_keeps_a_part_of_the_old_and_all_of_the_new()
    {
        var (sketch, other) = (new CountMin(1 << 11), new CountMin(1 << 11));
        for (var i = 0; i < 10; i++)
        {
            sketch.Add(1UL << 40 | 1);
            other.Add(2UL << 40 | 2);
        }

        (sketch.Mass, other.Mass) = (10, 10);
        sketch.DecayAndMerge(0.5f, other);

        sketch.Estimate(1UL << 40 | 1).ShouldBe(5);
        sketch.Estimate(2UL << 40 | 2).ShouldBe(10);
        sketch.Mass.ShouldBe(15);
    }

    [Fact]
    public void An_empty_sketch_finds_nothing_rare() => new CountMin(1 << 11).Share(77).ShouldBe(1);
}
