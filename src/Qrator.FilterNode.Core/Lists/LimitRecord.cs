using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Lists;

/// <summary>What a RateLimit rule has done to a client, and why.</summary>
/// <param name="Service">The service.</param>
/// <param name="Key">Who.</param>
/// <param name="Rule">The rule.</param>
/// <param name="IsExcess">Whether a request of the client was over its bucket; else the client was put under the bucket.</param>
/// <param name="Detail">The values that matched, or the bucket and what became of the request.</param>
/// <param name="RequestId">The request: 32 hex digits.</param>
/// <param name="Changed">When, in ticks of the node's clock.</param>
/// <param name="Expires">Until when the client is limited if no rule matches any more, in ticks of the node's clock; null where it is not known.</param>
public sealed record LimitRecord(
    string Service, NetworkPrefix Key, string Rule, bool IsExcess, string Detail, string RequestId, long Changed, long? Expires);
