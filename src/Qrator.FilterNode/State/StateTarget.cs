using Qrator.FilterNode.Lists;

namespace Qrator.FilterNode.State;

/// <summary>Where the rows of one list go.</summary>
/// <param name="Service">The name of the service, as the configuration writes it or in lower case.</param>
/// <param name="Lists">The lists of the service.</param>
/// <param name="Kind">Which of them.</param>
/// <param name="Created">Gets the moments of the rows that filters have made, as they are written.</param>
internal sealed record StateTarget(string Service, ServiceLists Lists, ListKind Kind, LatestMoments Created);
