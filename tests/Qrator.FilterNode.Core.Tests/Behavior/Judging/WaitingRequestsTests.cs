using Qrator.FilterNode.Behavior.Traits;

namespace Qrator.FilterNode.Behavior.Judging;

public sealed class WaitingRequestsTests
{
    [Fact]
    public void Whatever_is_added_and_taken_in_turn_the_ring_agrees_with_a_queue()
    {
        var random = new SeededRandom();
        var ring = new WaitingRequests(1 << 20);
        var (model, lost) = (new Queue<WaitingRequest>(), 0);
        for (var i = 0; i < 200; i++)
        {
            for (var adds = random.Next(1_000); adds > 0; adds--)
            {
                var request = Request(random.NextUInt64());
                Add(ring, request);
                if (model.Count < ring.Capacity)
                {
                    model.Enqueue(request);
                }
                else
                {
                    lost++;
                }
            }

            ring.OneIn(4).ShouldBe(4 << (model.Count / ring.Step), $"{random}: {i}");
            for (var takes = random.Next(1_000); takes > 0; takes--)
            {
                ring.TryTake(out var taken).ShouldBe(model.TryDequeue(out var expected), $"{random}: {i}");
                taken.ShouldBe(expected, $"{random}: {i}");
            }

            ring.Lost.ShouldBe(lost, $"{random}: {i}");
        }
    }

    [Fact]
    public void Of_what_many_threads_add_while_one_takes_each_request_is_taken_whole_once_and_after_those_that_its_thread_added_before()
    {
        const int Threads = 6;
        const int EachAdds = 50_000;
        var ring = new WaitingRequests(1 << 20);
        var adding = Enumerable.Range(0, Threads).Select(number => new Thread(() =>
        {
            for (var i = 1; i <= EachAdds; i++)
            {
                Add(ring, Request(((ulong)number << 32) | (uint)i));
            }
        })).ToList();
        adding.ForEach(thread => thread.Start());

        var last = new uint[Threads];
        var taken = 0;
        bool isOver;
        do
        {
            isOver = adding.TrueForAll(thread => !thread.IsAlive);
            while (ring.TryTake(out var request))
            {
                var (number, i) = ((int)(request.Client.High >> 32), (uint)request.Client.High);
                (request == Request(request.Client.High) && i > last[number]).ShouldBeTrue($"{request} after {last[number]}");
                last[number] = i;
                taken++;
            }
        }
        while (!isOver);

        (taken + ring.Lost).ShouldBe(Threads * EachAdds);
    }

    [Fact]
    public void Of_any_flood_between_two_ticks_enough_finds_room_to_stand_for_all_of_it()
    {
        var random = new SeededRandom();
        var ring = new WaitingRequests(1 << 20);
        const int Requests = 60_000;
        for (var i = 0; i < Requests; i++)
        {
            var standsFor = ring.OneIn(1);
            if (random.Next(standsFor) == 0)
            {
                Add(ring, Request(1) with { StandsFor = standsFor });
            }
        }

        var stoodFor = 0;
        while (ring.TryTake(out var taken))
        {
            stoodFor += taken.StandsFor;
        }

        ring.Lost.ShouldBe(0);
        stoodFor.ShouldBeInRange(Requests * 2 / 3, Requests * 3 / 2, random.ToString());
    }

    [Theory]
    [InlineData(0, 256)]
    [InlineData(64 << 10, 512)]
    [InlineData(1 << 20, 2_048)]
    [InlineData(1 << 30, 2_048)]
    public void The_ring_has_room_for_what_its_memory_holds_within_bounds(int bytes, int capacity)
    {
        var ring = new WaitingRequests(bytes);
        ring.Capacity.ShouldBe(capacity);
        ring.Bytes.ShouldBeLessThanOrEqualTo(Math.Max(bytes, 32 << 10));
    }

    [Fact]
    public void Adding_and_taking_allocates_nothing()
    {
        var ring = new WaitingRequests(1 << 20);
        Allocations.Of(() =>
        {
            Add(ring, Request(1));
            return ring.TryTake(out _);
        }).ShouldBe(0);
    }

    // All that is in it follows from one number, so that one that is put together from two is found out.
    private static WaitingRequest Request(ulong number) => new(
        new(number, ~number),
        new RequestTraits { Agent = number, HeaderOrder = number + 1, Path = number * 3, RefererSite = number ^ 5, HasCookie = (number & 1) != 0, Country = (int)number & 0xFF },
        Streak: (int)(number % 3),
        StandsFor: (int)(number % 64),
        At: (long)number);

    private static void Add(WaitingRequests ring, WaitingRequest request) =>
        ring.Add(request.Client, request.Traits, request.Streak, request.StandsFor, request.At);
}
