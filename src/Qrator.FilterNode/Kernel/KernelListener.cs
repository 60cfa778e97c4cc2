using System.Net;
using Qrator.FilterNode.Connections;

namespace Qrator.FilterNode.Kernel;

/// <summary>One listener as the table knows it. Immutable.</summary>
internal sealed class KernelListener
{
    /// <param name="number">Its position in the configuration.</param>
    /// <param name="name">Its metric label.</param>
    /// <param name="endPoint">Where it listens.</param>
    public KernelListener(int number, string name, IPEndPoint endPoint)
    {
        Number = number;
        Name = name;
        EndPoint = endPoint;

        // Colons and brackets are no part of names in nftables.
        Word = $"{endPoint.Address}-{endPoint.Port}".Replace(':', '_').Replace('%', '_');
    }

    public int Number { get; }

    public string Name { get; }

    public IPEndPoint EndPoint { get; }

    /// <summary>All listeners of a node, in the order of the configuration, with the addresses that they have got.</summary>
    public static IReadOnlyList<KernelListener> All(IReadOnlyList<ListenerStore> listeners, IReadOnlyList<Uri> addresses) =>
        [.. listeners.Select((listener, i) => new KernelListener(i, listener.Name, new IPEndPoint(IPAddress.Parse(addresses[i].DnsSafeHost), addresses[i].Port)))];

    /// <summary>Its address as a part of names in the table, the same in every run.</summary>
    public string Word { get; }
}
