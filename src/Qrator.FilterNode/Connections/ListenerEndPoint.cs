using System.Net;

namespace Qrator.FilterNode.Connections;

/// <summary>An address to listen on that knows which listener of the configuration it is; two may ask for the same address and port 0.</summary>
internal sealed class ListenerEndPoint : IPEndPoint
{
    public ListenerEndPoint(IPEndPoint address, int listener)
        : base(address.Address, address.Port) => Listener = listener;

    /// <summary>The position of the listener in the configuration.</summary>
    public int Listener { get; }
}
