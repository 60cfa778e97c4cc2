using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Metrics;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Kernel;

/// <summary>
/// Keeps a table of the kernel's packet filter that drops the clients of <see cref="KernelOffers"/> for as long as their listener would refuse them.
/// The lists in memory are the truth and the table a copy: what no longer holds is taken out within a second, and after any trouble, at the
/// start and with each new configuration the whole table is written anew in one step. Works in batches, off the way of connections and requests.
/// Trouble is told once and stops nobody: the node refuses by itself what the kernel does not drop.
/// </summary>
internal sealed partial class KernelSet : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan BetweenCounts = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(1);

    private readonly Nft _nft;
    private readonly ConfigurationDoor _door;
    private readonly IReadOnlyList<KernelListener> _listeners;
    private readonly KernelOffers _offers;
    private readonly KernelClients _clients;
    private readonly NodeClock _clock;
    private readonly ILogger _logger;
    private readonly PeriodicTimer _timer;
    private readonly Task _keeping;
    private NodeSnapshot? _writtenFor;
    private KernelTrouble? _trouble;
    private bool _hasLooked;
    private bool _mayBeThere;
    private long _pardons;
    private bool _hasPardoned;
    private long _countAt;
    private long _retryAt = long.MinValue;
    private TimeSpan _retryAfter = FirstRetry;

    /// <summary>Starts. The listeners MUST be open.</summary>
    public KernelSet(
        Nft nft,
        ConfigurationDoor door,
        IReadOnlyList<KernelListener> listeners,
        KernelOffers offers,
        KernelStatus status,
        NodeClock clock,
        TimeProvider time,
        ILogger<KernelSet> logger)
    {
        _nft = nft;
        _door = door;
        _listeners = listeners;
        _offers = offers;
        _clients = new(listeners, status);
        _clock = clock;
        _logger = logger;
        Status = status;
        _timer = new(Interval, time);
        _keeping = KeepAsync();
    }

    /// <summary>How it is doing.</summary>
    public KernelStatus Status { get; }

    /// <summary>Stops, and leaves the table in place or removes it, as the configuration says.</summary>
    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _keeping;
        if (_mayBeThere && !_door.Current.Config.Kernel.KeepOnStop)
        {
            try
            {
                await _nft.ApplyAsync(KernelScript.Clean);
            }
            catch (KernelException problem)
            {
                LogLeft(problem.Message);
            }
        }
    }

    private async Task KeepAsync()
    {
        do
        {
            try
            {
                await TurnAsync();
            }
            catch (KernelException problem)
            {
                Fail(problem);
            }
            catch (Exception exception)
            {
                // A defect of the node: without the copy the lists still do their work.
                Fail(new(KernelTrouble.Failed, $"{exception.GetType().Name}: {exception.Message}"));
            }
        }
        while (await _timer.WaitForNextTickAsync());
    }

    private async Task TurnAsync()
    {
        var node = _door.Current;
        if (_clock.Now < _retryAt)
        {
            return;
        }

        if (!node.Config.Kernel.Enabled)
        {
            await RemoveAsync();
        }
        else if (!ReferenceEquals(node, _writtenFor))
        {
            await ReplaceAsync(node);
        }
        else
        {
            await AdvanceAsync(node);
        }
    }

    private async Task RemoveAsync()
    {
        if (_mayBeThere)
        {
            await _nft.ApplyAsync(KernelScript.Clean);
            (_mayBeThere, _hasLooked, _writtenFor) = (false, false, null);
            _clients.Clear();
            _clients.Publish();
            Status.IsAvailable = false;
            LogRemoved();
        }
    }

    // One step for the kernel: at no moment is anybody let through who is to be dropped before and after it.
    private async Task ReplaceAsync(NodeSnapshot node)
    {
        if (!_hasLooked)
        {
            TakeOver(KernelDump.Elements(await _nft.ReadAsync()), node);
            _hasLooked = true;
        }

        _mayBeThere = true;
        var dropping = _listeners.Where(listener => KernelRule.MayDropAt(node, listener.Number)).ToList();
        var others = _listeners.Except(dropping).Select(listener => listener.EndPoint).Append(node.Config.Admin.Address.EndPoint).ToList();
        var script = new KernelScript();
        script.Replace(dropping, others, KernelRule.NeverDropped(node), node.Identity.IPv6Prefix);
        HasPardoned(node);
        _clients.WriteAll(script, node, _clock.Now);
        await _nft.ApplyAsync(script.ToString());
        _clients.Publish();
        Status.CountersBegin();
        ReadCounters(await _nft.ReadTerseAsync(), node);
        _writtenFor = node;
        _countAt = _clock.Now + BetweenCounts.Ticks;
        SayWhenAvailable();
    }

    private async Task AdvanceAsync(NodeSnapshot node)
    {
        var script = new KernelScript();
        var now = _clock.Now;
        _clients.Advance(script, node, now, HasPardoned(node));
        while (_offers.TryTake(out var offer))
        {
            _clients.Offer(script, offer, node, now);
        }

        if (!script.IsEmpty)
        {
            await _nft.ApplyAsync(script.ToString());
        }

        _clients.Publish();
        if (now >= _countAt)
        {
            _countAt = now + BetweenCounts.Ticks;
            ReadCounters(await _nft.ReadTerseAsync(), node);
        }
    }

    private void TakeOver(IEnumerable<(string Set, ClientKey Client)> elements, NodeSnapshot node)
    {
        var sets = _listeners
            .SelectMany(listener => new[] { (Name: KernelScript.SetOf(listener, ipv4: true), listener.Number), (Name: KernelScript.SetOf(listener, ipv4: false), listener.Number) })
            .ToDictionary(set => set.Name, set => set.Number, StringComparer.Ordinal);
        foreach (var (set, client) in elements)
        {
            if (sets.TryGetValue(set, out var listener))
            {
                _clients.Offer(null, new(listener, client), node, _clock.Now);
            }
        }
    }

    private void ReadCounters(string json, NodeSnapshot node)
    {
        var counters = KernelDump.Counters(json).ToDictionary(counter => counter.Counter, StringComparer.Ordinal);
        foreach (var listener in _listeners.Where(listener => KernelRule.MayDropAt(node, listener.Number)))
        {
            if (!counters.TryGetValue(KernelScript.CounterOf(listener), out var counter))
            {
                throw new KernelException(KernelTrouble.Failed, $"the {KernelScript.Table} is not as it was written");
            }

            Status.Dropped(listener.Number, counter.Packets, counter.Bytes);
        }
    }

    // Twice for each change: the number changes a moment before the list does.
    private bool HasPardoned(NodeSnapshot node)
    {
        var pardons = node.Listeners.Sum(listener => listener.EarlyDrop.Pardons);
        var (hasChanged, hadChanged) = (pardons != _pardons, _hasPardoned);
        (_pardons, _hasPardoned) = (pardons, hasChanged);
        return hasChanged || hadChanged;
    }

    private void SayWhenAvailable()
    {
        var (wasAvailable, hadTrouble) = (Status.IsAvailable, _trouble is not null);
        Status.IsAvailable = true;
        (_trouble, _retryAfter) = (null, FirstRetry);
        if (hadTrouble)
        {
            LogAvailableAgain(KernelScript.Table, _clients.Count);
        }
        else if (!wasAvailable)
        {
            LogAvailable(KernelScript.Table, _clients.Count);
        }
    }

    private void Fail(KernelException problem)
    {
        _writtenFor = null;
        Status.IsAvailable = false;
        Status.Failed(problem.Trouble);
        _retryAt = _clock.Now + _retryAfter.Ticks;
        _retryAfter = _retryAfter * 2 < LongestRetry ? _retryAfter * 2 : LongestRetry;
        if (_trouble != problem.Trouble)
        {
            _trouble = problem.Trouble;
            LogUnavailable(ListMetrics.Word(problem.Trouble), problem.Message, problem.Remedy);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "kernel set in place: {Table} clients={Clients}")]
    private partial void LogAvailable(string table, int clients);

    [LoggerMessage(Level = LogLevel.Information, Message = "kernel set in place again: {Table} clients={Clients}")]
    private partial void LogAvailableAgain(string table, int clients);

    [LoggerMessage(Level = LogLevel.Error, Message = "kernel set unavailable ({Reason}), the node refuses blacklisted clients itself: {Problem}; {Remedy}")]
    private partial void LogUnavailable(string reason, string problem, string remedy);

    [LoggerMessage(Level = LogLevel.Information, Message = "kernel set removed: it is switched off")]
    private partial void LogRemoved();

    [LoggerMessage(Level = LogLevel.Error, Message = "kernel set left in place, although it should go: {Problem}; --kernel-clean removes it")]
    private partial void LogLeft(string problem);
}
