using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Geo;

/// <summary>
/// From an address to its country. The seam behind which another library (MaxMind's own, say) can take the place of the node's reader.
/// Implementations are immutable and safe for any number of threads.
/// </summary>
public interface ICountryLookup
{
    /// <summary>
    /// The country of the address; <see cref="CountryCode.Unknown"/> where the database has none. Never throws, never allocates, does no I/O.
    /// </summary>
    CountryCode Find(in ClientKey address);
}
