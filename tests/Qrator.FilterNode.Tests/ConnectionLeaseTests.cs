using System.Net;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Connections;

namespace Qrator.FilterNode;

public sealed class ConnectionLeaseTests
{
    [Fact]
    public void After_any_mix_of_threads_nothing_is_taken_and_no_client_is_remembered()
    {
        const int limit = 50;
        const int perClient = 7;
        var (node, clients) = (new ConnectionSlots(limit), new ClientSlots());
        var most = 0;

        Parallel.For(0, 8, new() { MaxDegreeOfParallelism = 8 }, thread =>
        {
            var random = new Random(thread);
            var held = new List<ConnectionLease>();
            for (var i = 0; i < 20_000; i++)
            {
                if (random.Next(2) == 0 && ConnectionLease.TryTake(node, clients) is { } lease)
                {
                    held.Add(lease);
                    lease.TryTakeClient(ClientOf(random.Next(5)), perClient);
                    InterlockedMax(ref most, node.Taken);
                }
                else if (held.Count > 0)
                {
                    var ended = held[random.Next(held.Count)];
                    held.Remove(ended);
                    ended.Dispose();
                    ended.Dispose();
                }
            }

            held.ForEach(lease => lease.Dispose());
        });

        node.Taken.ShouldBe(0);
        clients.Clients.ShouldBe(0);

        // Those that are being refused count for a moment, one for each thread.
        most.ShouldBeInRange(1, limit + 8);
    }

    [Fact]
    public void A_client_has_so_many_slots_and_a_refusal_leaves_no_trace()
    {
        var clients = new ClientSlots();
        var (one, other) = (ClientOf(1), ClientOf(2));
        clients.TryTake(one, 2).ShouldBeTrue();
        clients.TryTake(one, 2).ShouldBeTrue();
        clients.TryTake(one, 2).ShouldBeFalse();
        clients.TryTake(other, 2).ShouldBeTrue();
        clients.Clients.ShouldBe(2);

        clients.GiveBack(one);
        clients.TryTake(one, 2).ShouldBeTrue();
        clients.GiveBack(one);
        clients.GiveBack(one);
        clients.GiveBack(other);
        clients.Clients.ShouldBe(0);
    }

    private static ClientKey ClientOf(int number) => ClientKey.FromAddress(IPAddress.Parse($"192.0.2.{number}"));

    private static void InterlockedMax(ref int most, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref most)) < value && Interlocked.CompareExchange(ref most, value, seen) != seen)
        {
        }
    }
}
