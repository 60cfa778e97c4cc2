namespace Qrator.FilterNode.Behavior.Sketches;

public sealed class SpaceSavingTests
{
    [Fact]
    public void The_frequent_are_kept_and_never_counted_for_more_than_they_sent_for_sure()
    {
        var random = new SeededRandom();
        var sketch = new SpaceSaving(256);
        var truth = new Dictionary<ulong, int>();
        var keys = Enumerable.Range(0, 20_000).Select(_ => random.NextUInt64() | 1).ToArray();
        for (var i = 0; i < 100_000; i++)
        {
            var key = keys[(int)(keys.Length * Math.Pow(random.NextDouble(), 6))];
            sketch.Add(key, random.Next(64));
            truth[key] = truth.GetValueOrDefault(key) + 1;
        }

        var found = Enumerable.Range(0, sketch.Capacity).Select(sketch.At).Where(place => place.Key != 0).ToDictionary(place => place.Key, place => place.Count);
        found.ShouldAllBe(pair => pair.Value <= truth[pair.Key], random.ToString());

        // The paper's promise is about keys with more than a part of one in the number of places; sets of eight need some more.
        foreach (var (key, count) in truth.Where(pair => pair.Value > 8 * 100_000 / sketch.Capacity))
        {
            found.ShouldContainKey(key, random.ToString());
            found[key].ShouldBeGreaterThan(count * 0.5f, random.ToString());
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(10, 10)]
    [InlineData(50, 50)]
    public void The_clients_of_a_key_are_counted(int clients, float expected)
    {
        var sketch = new SpaceSaving(8);
        for (var i = 0; i < 1_000; i++)
        {
            sketch.Add(5, i % clients);
        }

        // As many bits as clients here; the estimate allows for clients that share a bit.
        sketch.At(0).Clients.ShouldBeInRange(expected, expected * 2.2f);
        sketch.TurnClients();
        sketch.TurnClients();
        sketch.At(0).Clients.ShouldBe(0);
    }

    [Fact]
    public void Counts_fade()
    {
        var sketch = new SpaceSaving(8);
        sketch.Add(5, 0);
        sketch.Decay(0.5f);
        sketch.At(0).Count.ShouldBe(0.5f);
    }
}
