using System.Net;
using System.Net.Sockets;

namespace Qrator.FilterNode.SearchEngines;

/// <summary>Asks the DNS. What cannot be found out, for whatever reason, is empty; no call takes longer than a few seconds.</summary>
internal interface INameLookup
{
    /// <summary>The names that an address has.</summary>
    Task<IReadOnlyList<string>> NamesOfAsync(IPAddress address);

    /// <summary>The addresses of a family, IPv4 or IPv6, that a name has.</summary>
    Task<IReadOnlyList<IPAddress>> AddressesOfAsync(string name, AddressFamily family);
}
