using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Offences;

/// <summary>What is remembered of one offender.</summary>
internal struct OffenceSlot
{
    /// <summary>Who.</summary>
    public ClientKey Client;

    /// <summary>When the first offence of the window was, in ticks of the node's clock.</summary>
    public long Since;

    /// <summary>Offences since then; 0 in a free slot.</summary>
    public int Count;
}
