using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using Qrator.FilterNode.Behavior;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.SearchEngines;

/// <summary>
/// Knows the search engines by their addresses: the name that the address has by reverse DNS is one of a search engine, and leads back to the address,
/// because reverse DNS is written by whoever owns the address. An IPv6 client is a prefix: the address of it that came first speaks for all, so that
/// nobody escapes by taking another one. What is known is kept for hours, in bounded memory; a few look-ups go on at a time, and what
/// finds no place among those that wait is taken for an impostor until it is asked again. Safe for any number of threads.
/// </summary>
internal sealed class SearchEngineDirectory : ISearchEngines, IAsyncDisposable
{
    private const int MostKnown = 10_000;
    private const int MostWaiting = 256;
    private const int AtOnce = 4;
    private const int MostNames = 4;
    private static readonly TimeSpan KeptVerified = TimeSpan.FromHours(24);
    private static readonly TimeSpan KeptImpostor = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<ClientKey, (SearchEngineStanding Standing, long Until)> _known = new();
    private readonly Channel<(ClientKey Client, ClientKey Address)> _waiting = Channel.CreateBounded<(ClientKey, ClientKey)>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.Wait });
    private readonly INameLookup _lookup;
    private readonly Func<IReadOnlyList<HostPattern>> _names;
    private readonly NodeClock _clock;
    private readonly Task[] _working;

    /// <param name="lookup">Who is asked.</param>
    /// <param name="names">The names of search engines' machines, as configured now.</param>
    /// <param name="clock">The time.</param>
    public SearchEngineDirectory(INameLookup lookup, Func<IReadOnlyList<HostPattern>> names, NodeClock clock)
    {
        _lookup = lookup;
        _names = names;
        _clock = clock;
        _working = [.. Enumerable.Range(0, AtOnce).Select(_ => Task.Run(WorkAsync))];
    }

    public SearchEngineStanding StandingOf(in ClientKey client, in ClientKey address)
    {
        var now = _clock.Now;
        if (_known.TryGetValue(client, out var known) && known.Until > now)
        {
            return known.Standing;
        }

        if (!MakeRoom(now) || !_waiting.Writer.TryWrite((client, address)))
        {
            return SearchEngineStanding.Impostor;
        }

        _known[client] = (SearchEngineStanding.Pending, long.MaxValue);
        return SearchEngineStanding.Pending;
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.Complete();
        while (_waiting.Reader.TryRead(out _))
        {
        }

        await Task.WhenAll(_working);
    }

    private bool MakeRoom(long now)
    {
        if (_known.Count < MostKnown)
        {
            return true;
        }

        foreach (var (client, known) in _known)
        {
            if (known.Until <= now || known.Standing == SearchEngineStanding.Impostor)
            {
                _known.TryRemove(client, out _);
            }
        }

        return _known.Count < MostKnown;
    }

    private async Task WorkAsync()
    {
        await foreach (var (client, address) in _waiting.Reader.ReadAllAsync())
        {
            var standing = SearchEngineStanding.Impostor;
            try
            {
                standing = await IsVerifiedAsync(address.ToAddress()) ? SearchEngineStanding.Verified : SearchEngineStanding.Impostor;
            }
            finally
            {
                _known[client] = (standing, _clock.Now + (standing == SearchEngineStanding.Verified ? KeptVerified : KeptImpostor).Ticks);
            }
        }
    }

    private async Task<bool> IsVerifiedAsync(IPAddress address)
    {
        var patterns = _names();
        foreach (var name in (await _lookup.NamesOfAsync(address)).Take(MostNames))
        {
            var isTheirs = patterns.Any(pattern => pattern.IsWildcard
                ? name.EndsWith(pattern.Suffix, StringComparison.OrdinalIgnoreCase)
                : string.Equals(name, pattern.Text, StringComparison.OrdinalIgnoreCase));
            if (isTheirs && (await _lookup.AddressesOfAsync(name, address.AddressFamily)).Contains(address))
            {
                return true;
            }
        }

        return false;
    }
}
