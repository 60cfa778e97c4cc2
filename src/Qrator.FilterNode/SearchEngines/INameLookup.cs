using System.Net;

namespace Qrator.FilterNode.SearchEngines;

/// <summary>Asks the DNS. What cannot be found out, for whatever reason, is empty; no call takes longer than a few seconds.</summary>
internal interface INameLookup
{
    /// <summary>The names that an IPv4 address has.</summary>
    Task<IReadOnlyList<string>> NamesOfAsync(IPAddress address);

    /// <summary>The IPv4 addresses that a name has.</summary>
    Task<IReadOnlyList<IPAddress>> AddressesOfAsync(string name);
}
