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
    [InlineData(16, 1_600_000)]
    [InlineData(7, 1_120_000)]
    public async Task Sixteen_threads_at_once_give_every_origin_exactly_its_share(int origins, int turns)
    {
        const int Threads = 16;
        var rotation = new OriginRotation();
        var taken = new int[origins];
        using var together = new Barrier(Threads);
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Factory.StartNew(
            () =>
            {
                together.SignalAndWait();
                for (var i = 0; i < turns / Threads; i++)
                {
                    Interlocked.Increment(ref taken[rotation.Next(origins)]);
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
        taken.ShouldAllBe(count => count == turns / origins);
    }
}
