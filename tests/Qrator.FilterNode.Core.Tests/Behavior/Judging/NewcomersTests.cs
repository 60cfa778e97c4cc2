using Qrator.FilterNode.Behavior.History;
using Qrator.FilterNode.Behavior.Traits;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Behavior.Judging;

public sealed class NewcomersTests
{
    private static readonly long Begin = TimeSpan.FromDays(2).Ticks;

    [Fact]
    public void Before_it_is_known_what_they_do_nothing_follows_from_silence() => new Newcomers().Enough.ShouldBe(int.MaxValue);

    [Fact]
    public void Where_nearly_all_look_around_a_few_silent_ones_are_enough() => Learned(oneIn: 1).Enough.ShouldBeLessThanOrEqualTo(5);

    [Fact]
    public void Where_every_other_looks_around_it_takes_many() => Learned(oneIn: 2).Enough.ShouldBeInRange(15, 25);

    [Fact]
    public void Where_hardly_any_look_around_silence_is_never_enough() => Learned(oneIn: 20).Enough.ShouldBeGreaterThan(GroupSample.Places);

    [Fact]
    public void Where_nobody_looks_around_silence_is_never_enough() => Learned(oneIn: int.MaxValue).Enough.ShouldBe(int.MaxValue);

    // Five minutes of ten new clients a second, of which one in so many asks for three pages.
    private static Newcomers Learned(int oneIn)
    {
        var newcomers = new Newcomers();
        var table = new ClientTable(1 << 20);
        for (var tick = 0; tick < 600; tick++)
        {
            var now = Begin + (tick * BehaviorStore.TickInterval.Ticks);
            for (var i = 0; i < 5; i++)
            {
                var number = (tick * 5) + i + 1;
                var client = ClientKey.FromIPv4((uint)number);
                for (var page = 1UL; page <= (number % oneIn == 0 ? 3UL : 1UL); page++)
                {
                    table.Arrive(client, TraitHash.Of(client), page << 60, isUsualPage: true, now, now);
                    table.End(client, TraitHash.Of(client), new(200, 0, Aborted: false), now, now);
                }

                newcomers.Add(client, TraitHash.Of(client), now);
            }

            newcomers.Learn(table, now, BehaviorStore.TickInterval.TotalSeconds);
        }

        return newcomers;
    }
}
