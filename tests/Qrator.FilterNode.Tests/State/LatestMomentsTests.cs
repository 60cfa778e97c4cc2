namespace Qrator.FilterNode.State;

public sealed class LatestMomentsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_latest_are_kept_in_memory_for_twice_as_many(int seed)
    {
        var random = new Random(seed);
        for (var most = 1; most < 40; most++)
        {
            var kept = new LatestMoments(most);
            var all = new List<long>();
            for (var i = 0; i < 300; i++)
            {
                all.Add(random.Next(200));
                kept.Add(all[^1]);
                kept.Moments.Count.ShouldBeLessThan(most * 2);
                kept.Moments.OrderDescending().Take(most).ShouldBe(all.OrderDescending().Take(most));
            }
        }
    }
}
