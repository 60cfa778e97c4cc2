using Qrator.FilterNode.Clients;
using static Qrator.FilterNode.Lists.ListTestClock;

namespace Qrator.FilterNode.Lists;

/// <summary>Subnets that come and go in such numbers that what readers ask first is made anew all the time.</summary>
public class ListSubnetStressTests
{
    private const int Writers = 3;
    private const int Readers = 2;
    private const int Steady = 500;
    private const int Rounds = 6;
    private const int PerRound = 2_500;

    private readonly ClientList _list = new(ListKind.Blacklist, 1_000);
    private int _busy = Writers;

    [Fact]
    public async Task A_subnet_that_is_listed_throughout_is_seen_by_every_look_up_while_others_come_and_go()
    {
        for (var i = 0; i < Steady; i++)
        {
            _list.Append(SubnetOf(Writers, i), Start, null, out _).ShouldBe(AddResult.Added);
        }

        var threads = Enumerable.Range(0, Writers).Select(writer => Run(() => Write(writer))).Concat(Enumerable.Range(0, Readers).Select(_ => Run(Read))).Append(Run(Sweep));
        await Task.WhenAll(threads);

        _list.Count.ShouldBe(Steady);
        Enumerable.Range(0, Steady).ShouldAllBe(i => IsListed(SubnetOf(Writers, i)));
    }

    // Each writer has subnets of its own, so it knows what must be true of them.
    private void Write(int writer)
    {
        try
        {
            for (var round = 0; round < Rounds; round++)
            {
                for (var i = 0; i < PerRound; i++)
                {
                    var subnet = SubnetOf(writer, i);
                    Demand(_list.Append(subnet, Start, null, out _) == AddResult.Added, subnet, "was not added");
                    Demand(IsListed(subnet), subnet, "was added by this thread and not seen");
                }

                for (var i = 0; i < PerRound; i++)
                {
                    var subnet = SubnetOf(writer, i);
                    Demand(IsListed(subnet), subnet, "was added by this thread and is not seen any more");
                    Demand(_list.Forget(subnet, Start, out _), subnet, "was not removed");
                    Demand(!IsListed(subnet), subnet, "was removed by this thread and still seen");
                }
            }
        }
        finally
        {
            // Also when it fails, or the others would wait for it for ever.
            Interlocked.Decrement(ref _busy);
        }
    }

    private void Read()
    {
        for (var i = 0; Volatile.Read(ref _busy) > 0 || i < Steady; i++)
        {
            var subnet = SubnetOf(Writers, i % Steady);
            Demand(IsListed(subnet), subnet, "was listed throughout and not seen");
        }
    }

    private void Sweep()
    {
        while (Volatile.Read(ref _busy) > 0)
        {
            _list.Sweep(Start, 1_000);
        }
    }

    private bool IsListed(NetworkPrefix subnet) => _list.Contains(subnet.Address, Start);

    private static void Demand(bool truth, NetworkPrefix subnet, string otherwise)
    {
        if (!truth)
        {
            throw new InvalidOperationException($"{subnet}: {otherwise}");
        }
    }

    private static Task Run(Action work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    // None within another.
    private static NetworkPrefix SubnetOf(int owner, int index) => index % 2 == 0
        ? NetworkPrefix.Of(ClientKey.FromIPv4((uint)((owner << 24) | (index << 8))), 120 + (index / 2 % 8))
        : NetworkPrefix.Of(new(0x2001_0000_0000_0000UL | ((ulong)owner << 40) | ((ulong)index << 20), 0), 44 + (index / 2 % 20));
}
