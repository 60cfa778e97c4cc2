using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Behavior;

/// <summary>
/// Knows which clients are search engines, by reverse and forward DNS. Asked on request threads, for clients that call themselves a search engine
/// and are about to be listed: implementations MUST answer from memory at once and look up what they do not know in the background, a bounded
/// number at a time.
/// </summary>
public interface ISearchEngines
{
    /// <summary>What is known of a client.</summary>
    /// <param name="client">The client, which all its addresses share the answer of.</param>
    /// <param name="address">The address of it that is looked up when nothing is known.</param>
    SearchEngineStanding StandingOf(in ClientKey client, in ClientKey address);
}
