using Qrator.FilterNode.Lists;

namespace Qrator.FilterNode.State;

/// <summary>Where the rows of one cause go.</summary>
/// <param name="Service">The name of the service, as the configuration writes it or in lower case.</param>
/// <param name="Lists">The lists of the service.</param>
/// <param name="Kind">Which of them.</param>
/// <param name="Cause">The cause, in force.</param>
/// <param name="Created">Gets the moments of the rows that filters have made on the list, as they are written.</param>
internal sealed record StateTarget(string Service, ServiceLists Lists, ListKind Kind, ListingCause Cause, List<long> Created);
