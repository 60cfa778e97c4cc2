using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Lists;

/// <summary>Many threads on one list: nothing that is on it is ever missed, and nothing is lost or counted twice.</summary>
public class ClientListStressTests
{
    private const int Writers = 4;
    private const int Readers = 2;
    private const int Steady = 2_000;
    private const int Rounds = 60;
    private const int PerRound = 500;

    private readonly ClientList _list = new(ListKind.Blacklist, 1_000_000);
    private readonly ListingCause _cause;
    private long _now = ListTestClock.Start;
    private int _busy = Writers + 1;
    private long _looked;

    public ClientListStressTests() => _cause = _list.CauseOf(ListSource.Header, "rule");

    [Fact]
    public async Task A_client_that_is_listed_throughout_is_seen_by_every_look_up_while_others_come_and_go()
    {
        for (var i = 0; i < Steady; i++)
        {
            _list.Add(ClientOf(Writers, i), _cause, _now, TimeSpan.FromDays(3_650)).ShouldBe(AddResult.Added);
        }

        var threads = Enumerable.Range(0, Writers).Select(writer => Run(() => Busily(() => Write(writer))))
            .Append(Run(() => Busily(ComeAndGo)))
            .Concat(Enumerable.Range(0, Readers).Select(_ => Run(Read)))
            .Append(Run(Sweep));
        var left = (await Task.WhenAll(threads)).Sum();

        Interlocked.Read(ref _looked).ShouldBeGreaterThan(Steady);
        _now += TimeSpan.FromDays(2).Ticks;
        _list.SweepAll(_now);
        _list.Count.ShouldBe(Steady + left);
        _list.CountOf(ListSource.Header).ShouldBe(Steady + left);
        long Changes(ListChange change) => _list.Changes(ListSource.Header, change);
        (Changes(ListChange.Added) - Changes(ListChange.Removed) - Changes(ListChange.Expired)).ShouldBe(Steady + left);
        (Changes(ListChange.Added), Changes(ListChange.Removed)).ShouldBe(
            (Steady + ((Writers + 1) * Rounds * PerRound), (Writers * Rounds * PerRound) - left));
        Enumerable.Range(0, Steady).ShouldAllBe(i => _list.Contains(ClientOf(Writers, i), _now));
    }

    // Also when it fails, or the others would wait for it for ever.
    private int Busily(Func<int> work)
    {
        try
        {
            return work();
        }
        finally
        {
            Interlocked.Decrement(ref _busy);
        }
    }

    // Each writer has clients of its own, so it knows what must be true of them.
    private int Write(int writer)
    {
        var left = 0;
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < PerRound; i++)
            {
                var client = ClientOf(writer, (round * PerRound) + i);
                Demand(_list.Add(client, _cause, Now, TimeSpan.FromDays(3_650)) == AddResult.Added, client, "was not added");
                Demand(_list.Contains(client, Now), client, "was added by this thread and not seen");
            }

            for (var i = 0; i < PerRound; i++)
            {
                if (i % 10 == 0)
                {
                    left++;
                    continue;
                }

                var client = ClientOf(writer, (round * PerRound) + i);
                Demand(_list.Remove(client, Now), client, "was not removed");
                Demand(!_list.Contains(client, Now), client, "was removed by this thread and still seen");
            }
        }

        return left;
    }

    private int ComeAndGo()
    {
        for (var i = 0; i < Rounds * PerRound; i++)
        {
            var client = ClientOf(Writers + 1, i);
            Demand(_list.Add(client, _cause, Now, TimeSpan.FromMinutes(5)) == AddResult.Added, client, "was not added");
            Interlocked.Add(ref _now, TimeSpan.FromSeconds(10).Ticks);
        }

        return 0;
    }

    private int Read()
    {
        for (var i = 0; Volatile.Read(ref _busy) > 0 || i < Steady; i++)
        {
            var client = ClientOf(Writers, i % Steady);
            Demand(_list.Contains(client, Now), client, "was listed throughout and not seen");
            Interlocked.Increment(ref _looked);
        }

        return 0;
    }

    private int Sweep()
    {
        while (Volatile.Read(ref _busy) > 0)
        {
            _list.Sweep(Now, 1_000);
        }

        return 0;
    }

    private static void Demand(bool truth, ClientKey client, string otherwise)
    {
        if (!truth)
        {
            throw new InvalidOperationException($"{client}: {otherwise}");
        }
    }

    private long Now => Interlocked.Read(ref _now);

    private static Task<int> Run(Func<int> work) => Task.Factory.StartNew(
        work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static ClientKey ClientOf(int owner, int index) => index % 2 == 0
        ? ClientKey.FromIPv4((uint)((owner << 24) | index))
        : new(0x2001_0db8_0000_0000UL | (uint)owner, (ulong)index << 32);
}
