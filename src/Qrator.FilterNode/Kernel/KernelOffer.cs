using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Kernel;

/// <summary>A client that the kernel could drop at one listener.</summary>
/// <param name="Listener">The position of the listener in the configuration.</param>
/// <param name="Client">Who.</param>
internal readonly record struct KernelOffer(int Listener, ClientKey Client);
