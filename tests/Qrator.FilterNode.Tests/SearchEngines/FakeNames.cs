using System.Net;
using System.Net.Sockets;

namespace Qrator.FilterNode.SearchEngines;

/// <summary>Names and addresses as the test says, answered when the test lets them.</summary>
internal sealed class FakeNames(Dictionary<string, string[]> records) : INameLookup
{
    private int _questions;

    public TaskCompletionSource Gate { get; } = new();

    public int Questions => Volatile.Read(ref _questions);

    public async Task<IReadOnlyList<string>> NamesOfAsync(IPAddress address)
    {
        Interlocked.Increment(ref _questions);
        await Gate.Task;
        return records.GetValueOrDefault(address.ToString(), []);
    }

    public Task<IReadOnlyList<IPAddress>> AddressesOfAsync(string name, AddressFamily family) =>
        Task.FromResult<IReadOnlyList<IPAddress>>([.. records.GetValueOrDefault(name, []).Select(IPAddress.Parse).Where(address => address.AddressFamily == family)]);
}
