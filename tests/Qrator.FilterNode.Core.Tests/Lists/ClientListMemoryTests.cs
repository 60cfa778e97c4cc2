using Qrator.FilterNode.Clients;
using static Qrator.FilterNode.Lists.ListTestClock;

namespace Qrator.FilterNode.Lists;

/// <summary>Measures the heap, so nothing else may run beside it.</summary>
[CollectionDefinition(nameof(ClientListMemoryTests), DisableParallelization = true)]
[Collection(nameof(ClientListMemoryTests))]
public class ClientListMemoryTests
{
    private const int Million = 1_000_000;

    [Fact]
    public void A_million_IPv4_clients_take_at_most_32_bytes_each()
    {
        // What other tests have left is not to go meanwhile, and be taken for the list's.
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        var before = GC.GetTotalMemory(forceFullCollection: true);
        var list = new ClientList(ListKind.Blacklist, Million);
        var cause = list.CauseOf(ListSource.Header, "rule");
        for (var i = 0u; i < Million; i++)
        {
            list.Add(ClientKey.FromIPv4(i * 2_654_435_761), cause, Start, Ttl);
        }

        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        list.Count.ShouldBe(Million);
        (list.Capacity * 16L / Million).ShouldBeLessThanOrEqualTo(32);
        (bytes / (double)list.Count).ShouldBeLessThanOrEqualTo(32);
        (bytes / (double)list.Count).ShouldBeGreaterThan(4, "less than the addresses is impossible, so the measurement would be wrong");
        GC.KeepAlive(list);
    }

    [Theory]
    [InlineData(1_000_000)]
    [InlineData(300_000)]
    public void What_is_left_when_many_have_ended_takes_at_most_32_bytes_each_too(int entries)
    {
        // The group and its tags, and for each slot an end and a record.
        var slotBytes = (80.0 / ListTable<IPv4Key>.Slots) + 4 + 8;
        var list = new ClientList(ListKind.Whitelist, entries);
        var cause = list.CauseOf(ListSource.Header, "rule");
        for (var i = 0u; i < entries; i++)
        {
            list.Add(ClientKey.FromIPv4(i * 2_654_435_761), cause, Start, TimeSpan.FromMinutes(5 + (i % 100)));
        }

        foreach (var minutes in new[] { 25, 45, 55, 65, 75, 80 })
        {
            list.SweepAll(Start + TimeSpan.FromMinutes(minutes).Ticks);
            list.Count.ShouldBe(entries / 100 * (104 - minutes));
            (list.Capacity * slotBytes / list.Count).ShouldBeLessThanOrEqualTo(32, $"after {minutes} minutes");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_000)]
    [InlineData(100_000)]
    public void A_look_up_allocates_nothing_whether_it_finds_or_not(int entries)
    {
        var list = new ClientList(ListKind.Blacklist, Million);
        var cause = list.CauseOf(ListSource.Header, "rule");
        for (var i = 0u; i < entries; i++)
        {
            list.Add(ClientKey.FromIPv4(i), cause, Start, Ttl);
            list.Add(new ClientKey(i + 1, 0), cause, Start, Ttl);
        }

        var (known, unknown, known6, unknown6) = (ClientKey.FromIPv4(1), ClientKey.FromIPv4(uint.MaxValue), new ClientKey(1, 0), new ClientKey(0, 1));
        Allocations.Of(() => list.Contains(known, Start)).ShouldBe(0);
        Allocations.Of(() => list.Contains(unknown, Start)).ShouldBe(0);
        Allocations.Of(() => list.Contains(known6, Start)).ShouldBe(0);
        Allocations.Of(() => list.Contains(unknown6, Start)).ShouldBe(0);
    }

    [Fact]
    public void Addresses_in_a_row_and_far_apart_are_all_found_again()
    {
        foreach (var step in new uint[] { 1, 256, 65_536, 16_777_216, 2_654_435_761 })
        {
            var list = new ClientList(ListKind.Blacklist, Million);
            var cause = list.CauseOf(ListSource.Header, "rule");
            var clients = Enumerable.Range(0, 256).Select(i => ClientKey.FromIPv4((uint)i * step)).ToList();
            clients.ForEach(client => list.Add(client, cause, Start, Ttl));
            clients.ShouldAllBe(client => list.Contains(client, Start));
            list.Count.ShouldBe(256);
        }
    }
}
