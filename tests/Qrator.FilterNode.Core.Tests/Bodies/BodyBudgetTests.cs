using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Filtering;

namespace Qrator.FilterNode.Bodies;

public sealed class BodyBudgetTests
{
    private const int Rounds = 20_000;

    [Fact]
    public void The_limit_can_be_reached_and_not_passed()
    {
        var budget = new BodyBudget();
        budget.TryTake(60, 100).ShouldBeTrue();
        budget.TryTake(41, 100).ShouldBeFalse();
        budget.TryTake(40, 100).ShouldBeTrue();
        budget.TryTake(1, 100).ShouldBeFalse();
        budget.TryTake(0, 100).ShouldBeTrue();
        budget.InFlight.ShouldBe(100);
    }

    [Fact]
    public void A_limit_lowered_under_what_is_in_flight_refuses_and_takes_nothing_away()
    {
        var budget = new BodyBudget();
        budget.TryTake(100, 100).ShouldBeTrue();
        budget.TryTake(1, 50).ShouldBeFalse();
        budget.InFlight.ShouldBe(100);
        budget.GiveBack(100);
        budget.TryTake(50, 50).ShouldBeTrue();
    }

    [Fact]
    public void Lengths_beyond_all_measure_are_refused()
    {
        var budget = new BodyBudget();
        budget.TryTake(1, long.MaxValue).ShouldBeTrue();
        budget.TryTake(long.MaxValue, long.MaxValue).ShouldBeFalse();
        budget.TryTake(long.MaxValue, 100).ShouldBeFalse();
        budget.InFlight.ShouldBe(1);
    }

    [Fact]
    public void A_lease_takes_from_both_budgets_or_from_none()
    {
        var (service, node) = (new BodyBudget(), new BodyBudget());
        using var lease = new BodyLease(service, 100, node, 50);
        lease.TryTake(60).ShouldBeFalse("the node's limit is in the way");
        (service.InFlight, node.InFlight).ShouldBe((0, 0));
        lease.TryTake(50).ShouldBeTrue();
        (service.InFlight, node.InFlight).ShouldBe((50, 50));
    }

    [Fact]
    public void A_lease_gives_back_once_and_takes_nothing_after_that()
    {
        var (service, node) = (new BodyBudget(), new BodyBudget());
        var lease = new BodyLease(service, 100, node, 100);
        lease.TryTake(30).ShouldBeTrue();
        lease.TryTake(30).ShouldBeTrue();
        lease.Dispose();
        lease.Dispose();
        lease.TryTake(1).ShouldBeFalse();
        (service.InFlight, node.InFlight).ShouldBe((0, 0));
    }

    [Fact]
    public void Any_order_of_takes_refusals_and_ends_is_as_in_a_naive_model()
    {
        var random = new SeededRandom();
        const long serviceLimit = 1_000;
        const long nodeLimit = 1_500;
        var node = new BodyBudget();
        BodyBudget[] services = [new(), new()];
        var open = new List<(BodyLease Lease, int Service, List<long> Taken)>();
        for (var i = 0; i < Rounds; i++)
        {
            if (open.Count == 0 || random.Next(3) == 0)
            {
                var service = random.Next(services.Length);
                open.Add((new(services[service], serviceLimit, node, nodeLimit), service, []));
            }

            var (lease, of, taken) = random.Pick(open);
            if (random.Next(4) == 0)
            {
                lease.Dispose();
                open.RemoveAll(o => o.Lease == lease);
            }
            else
            {
                var bytes = random.NextInt64(random.NextBool() ? 20 : 2_000);
                var expected = open.Where(o => o.Service == of).Sum(o => o.Taken.Sum()) + bytes <= serviceLimit
                    && open.Sum(o => o.Taken.Sum()) + bytes <= nodeLimit;
                lease.TryTake(bytes).ShouldBe(expected, random.ToString());
                taken.AddRange(expected ? [bytes] : []);
            }

            node.InFlight.ShouldBe(open.Sum(o => o.Taken.Sum()), random.ToString());
            for (var s = 0; s < services.Length; s++)
            {
                services[s].InFlight.ShouldBe(open.Where(o => o.Service == s).Sum(o => o.Taken.Sum()), random.ToString());
            }
        }

        open.ForEach(o => o.Lease.Dispose());
        services.Append(node).ShouldAllBe(budget => budget.InFlight == 0);
    }

    [Fact]
    public void Threads_that_take_while_others_end_the_same_leases_never_pass_the_limit_and_leave_nothing()
    {
        const long limit = 5_000;
        var (service, node) = (new BodyBudget(), new BodyBudget());
        var leases = Enumerable.Range(0, Rounds).Select(_ => new BodyLease(service, limit, node, limit)).ToArray();
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, thread =>
        {
            var random = new Random(thread);
            for (var i = 0; i < leases.Length; i++)
            {
                // Threads of both kinds walk over the same leases, so takes meet ends.
                if (thread % 2 == 0)
                {
                    leases[i].TryTake(random.Next(1, 100));
                    service.InFlight.ShouldBeInRange(0, limit);
                }
                else
                {
                    leases[i].Dispose();
                }
            }
        });
        (service.InFlight, node.InFlight).ShouldBe((0, 0));
    }

    [Fact]
    public void Without_a_limit_of_its_own_a_service_has_that_of_the_node()
    {
        var fixture = new FilterFixture("\"InFlightBodyBytes\": 10");
        using (var limited = BodyLease.Of(fixture.Service, fixture.Snapshot, fixture.Store.Bodies))
        {
            limited.TryTake(11).ShouldBeFalse();
            limited.TryTake(10).ShouldBeTrue();
        }

        fixture.Apply("");
        using var free = BodyLease.Of(fixture.Service, fixture.Snapshot, fixture.Store.Bodies);
        free.TryTake(new LimitsConfig().InFlightBodyBytes).ShouldBeTrue();
        free.TryTake(1).ShouldBeFalse();
    }
}
