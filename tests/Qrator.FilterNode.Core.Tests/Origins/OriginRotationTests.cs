namespace Qrator.FilterNode.Origins;

public class OriginRotationTests
{
    [Fact]
    public void The_first_turn_is_the_first_origins_and_then_each_in_its_order()
    {
        var rotation = new OriginRotation();
        Enumerable.Range(0, 7).Select(_ => rotation.Next(3)).ShouldBe([0, 1, 2, 0, 1, 2, 0]);
    }

    [Fact]
    public void A_single_origin_gets_every_turn()
    {
        var rotation = new OriginRotation();
        Enumerable.Range(0, 5).ShouldAllBe(_ => rotation.Next(1) == 0);
    }

    [Theory]
    [InlineData(16, 1_600)]
    [InlineData(16, 16_000_000)]
    [InlineData(7, 11_200_000)]
    public async Task Sixteen_threads_at_once_give_every_origin_exactly_its_share(int origins, int turns)
    {
        const int Threads = 16;
        var rotation = new OriginRotation();
        using var together = new Barrier(Threads);
        var taken = await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Factory.StartNew(
            () => Take(rotation, origins, turns / Threads, together),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
        Enumerable.Range(0, origins).Select(origin => taken.Sum(counts => counts[origin])).ShouldAllBe(count => count == turns / origins);
    }

    // Each thread counts for itself, so that nothing but the rotation keeps the threads apart.
    private static int[] Take(OriginRotation rotation, int origins, int turns, Barrier together)
    {
        var taken = new int[origins];
        together.SignalAndWait();
        for (var i = 0; i < turns; i++)
        {
            taken[rotation.Next(origins)]++;
        }

        return taken;
    }
}
