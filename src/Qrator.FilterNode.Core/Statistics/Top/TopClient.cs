using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Statistics.Top;

/// <summary>A client at the top.</summary>
/// <param name="Client">The client.</param>
/// <param name="Count">How much it had, at most.</param>
/// <param name="Error">By how much that may be too large: it had <paramref name="Count"/> less this at least.</param>
public readonly record struct TopClient(ClientKey Client, long Count, long Error);
