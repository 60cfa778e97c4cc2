namespace Qrator.FilterNode.Behavior.Sketches;

public sealed class HyperLogLogTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(6_000)]
    [InlineData(1_000_000)]
    public void Different_keys_are_counted_to_a_tenth_however_often_each_comes(int keys)
    {
        var random = new SeededRandom();
        var sketch = new HyperLogLog();
        for (var i = 0; i < keys; i++)
        {
            var key = random.NextUInt64();
            sketch.Add(key);
            sketch.Add(key);
        }

        sketch.Estimate().ShouldBe(keys, 0.001 + (keys * 0.1), random.ToString());
        sketch.Clear();
        sketch.Estimate().ShouldBe(0);
    }
}
