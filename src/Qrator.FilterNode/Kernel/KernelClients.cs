using Qrator.FilterNode.Configuration;

namespace Qrator.FilterNode.Kernel;

/// <summary>Who is dropped in the kernel, and until when. Bounded by the configuration. One thread at a time.</summary>
internal sealed class KernelClients
{
    // The longest time of an entry that a filter makes. Who is listed for longer comes back after it, and is put in again.
    private static readonly TimeSpan Longest = TimeSpan.FromHours(8);

    // What it takes until a batch is in the kernel, so that nobody is dropped longer than listed.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    private readonly Dictionary<KernelOffer, long> _until = [];
    private readonly List<KernelOffer> _gone = [];
    private readonly IReadOnlyList<KernelListener> _listeners;
    private readonly KernelStatus _status;
    private readonly int[] _counts;

    public KernelClients(IReadOnlyList<KernelListener> listeners, KernelStatus status)
    {
        _listeners = listeners;
        _status = status;
        _counts = new int[listeners.Count];
    }

    /// <summary>How many.</summary>
    public int Count => _until.Count;

    /// <summary>Takes a client in if its listener refuses it now, long enough to be worth it, and there is room.</summary>
    /// <param name="script">Gets what the kernel is to do; null when all is written later.</param>
    /// <param name="offer">Who, and where.</param>
    /// <param name="node">The configuration in force.</param>
    /// <param name="now">Now, in ticks of the node's clock.</param>
    public void Offer(KernelScript? script, KernelOffer offer, NodeSnapshot node, long now)
    {
        if (_until.ContainsKey(offer) || TimeoutOf(offer, node, now) is not { } timeout)
        {
            return;
        }

        if (_until.Count >= node.Config.Kernel.Entries)
        {
            _status.Full();
            return;
        }

        _until.Add(offer, now + timeout.Ticks);
        _counts[offer.Listener]++;
        script?.Add(_listeners[offer.Listener], offer.Client, timeout);
    }

    /// <summary>Forgets those whose time is over, which the kernel does by itself.</summary>
    /// <param name="script">Gets what the kernel is to do.</param>
    /// <param name="node">The configuration in force.</param>
    /// <param name="now">Now, in ticks of the node's clock.</param>
    /// <param name="looksAgain">Whether to look at all of them, and to take out those that are not refused any more.</param>
    public void Advance(KernelScript script, NodeSnapshot node, long now, bool looksAgain)
    {
        foreach (var (offer, until) in _until)
        {
            if (until <= now)
            {
                _gone.Add(offer);
            }
            else if (looksAgain && !KernelRule.MayDrop(node, offer, now))
            {
                _gone.Add(offer);
                script.Remove(_listeners[offer.Listener], offer.Client);
            }
        }

        Forget();
    }

    /// <summary>Adds all who are still refused, with the time that is left to them, to a table that has nobody; forgets the others.</summary>
    public void WriteAll(KernelScript script, NodeSnapshot node, long now)
    {
        foreach (var offer in _until.Keys)
        {
            if (_until.Count - _gone.Count <= node.Config.Kernel.Entries && TimeoutOf(offer, node, now) is { } timeout)
            {
                _until[offer] = now + timeout.Ticks;
                script.Add(_listeners[offer.Listener], offer.Client, timeout);
            }
            else
            {
                _gone.Add(offer);
            }
        }

        Forget();
    }

    /// <summary>Tells the metrics that the kernel has who is in here.</summary>
    public void Publish() => _status.Dropping(_counts);

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        _gone.AddRange(_until.Keys);
        Forget();
    }

    private TimeSpan? TimeoutOf(KernelOffer offer, NodeSnapshot node, long now)
    {
        var left = KernelRule.Until(node, offer, now) - now - Margin.Ticks;
        return left is { } ticks && ticks > Margin.Ticks ? TimeSpan.FromTicks(Math.Min(ticks, Longest.Ticks)) : null;
    }

    private void Forget()
    {
        foreach (var offer in _gone)
        {
            _until.Remove(offer);
            _counts[offer.Listener]--;
        }

        _gone.Clear();
    }
}
