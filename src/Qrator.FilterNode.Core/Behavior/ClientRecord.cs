namespace Qrator.FilterNode.Behavior;

/// <summary>What detection remembers of a client; for people.</summary>
/// <param name="HasCalmHistory">Whether it got good answers before the attack, or in the past where there is none.</param>
/// <param name="LooksAround">Whether it asked for several pages as visitors do.</param>
/// <param name="Requests">Requests within the last 5 seconds.</param>
/// <param name="UsualRequests">The most requests within 5 calm seconds.</param>
/// <param name="OriginMilliseconds">Origin time within the last 5 seconds.</param>
/// <param name="Errors">Errors within the last 5 seconds.</param>
/// <param name="Bytes">Bytes of the bodies of the answers within the last 5 seconds.</param>
/// <param name="InFlight">Requests that are not at their end.</param>
/// <param name="ErrorShare">The part (0 to 1) of errors among the last 64 answers at most.</param>
public sealed record ClientRecord(
    bool HasCalmHistory, bool LooksAround, int Requests, int UsualRequests, int OriginMilliseconds, int Errors, long Bytes, int InFlight, double ErrorShare);
