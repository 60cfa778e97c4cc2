using System.Threading.Channels;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Filtering;

namespace Qrator.FilterNode.Kernel;

/// <summary>
/// Between the loops, which accept, and <see cref="KernelSet"/>: finds the clients that keep coming although they are refused, and lets them wait for
/// the next batch. Bounded; who does not fit comes again. A refusal costs some nanoseconds, and nothing while the kernel set is off. Safe for any
/// number of threads.
/// </summary>
internal sealed class KernelOffers
{
    private const int Waiting = 16_384;

    private readonly RefusalCounter?[] _refusals;
    private readonly Channel<KernelOffer> _offers = Channel.CreateBounded<KernelOffer>(new BoundedChannelOptions(Waiting) { SingleReader = true });

    /// <summary>For so many listeners.</summary>
    public KernelOffers(int listeners) => _refusals = new RefusalCounter?[listeners];

    /// <summary>A listener has refused a client because it is blacklisted. The client MUST be the TCP peer itself, not one that a header names.</summary>
    public void Refused(int listener, in ClientKey client, KernelConfig config, long now)
    {
        if (!config.Enabled)
        {
            return;
        }

        ref var refusals = ref _refusals[listener];
        if (Volatile.Read(ref refusals) is null)
        {
            Interlocked.CompareExchange(ref refusals, new(), null);
        }

        if (refusals!.Count(client, now, config.Refusals))
        {
            _offers.Writer.TryWrite(new(listener, client));
        }
    }

    /// <summary>The next that waits. One thread at a time.</summary>
    public bool TryTake(out KernelOffer offer) => _offers.Reader.TryRead(out offer);
}
