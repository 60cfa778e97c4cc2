using Qrator.FilterNode.Behavior.Traits;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Behavior.Judging;

/// <summary>A request whose groups are yet to be counted. Immutable.</summary>
/// <param name="Client">Who sent it.</param>
/// <param name="Traits">What it looks like.</param>
/// <param name="Streak">How often in a row the client asked for this page: 1 to 3.</param>
/// <param name="StandsFor">How many requests it stands for, where only one in so many is looked at.</param>
/// <param name="At">When it arrived, in ticks.</param>
internal readonly record struct WaitingRequest(ClientKey Client, RequestTraits Traits, int Streak, int StandsFor, long At);
