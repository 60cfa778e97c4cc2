using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.State;

/// <summary>Which row of the entries.</summary>
/// <param name="List">The number of the list.</param>
/// <param name="Key">The client or subnet.</param>
/// <param name="HasCause">Whether what it refers to was not cleared.</param>
internal readonly record struct StateRow(long List, NetworkPrefix Key, bool HasCause = true);
