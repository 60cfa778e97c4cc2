namespace Qrator.FilterNode.Behavior.History;

/// <summary>A client as it is after a request of its was counted.</summary>
/// <param name="Tracked">Whether the table has room for it.</param>
/// <param name="Known">Whether it has a calm history.</param>
/// <param name="Browses">Whether it looks around on the site as visitors do.</param>
/// <param name="Settled">Whether nothing more is to be done about it for now.</param>
/// <param name="Streak">How often in a row it asked for this page: 1 to 3.</param>
/// <param name="Requests">Requests of its window, this one included.</param>
/// <param name="UsualRequests">The most of a calm window.</param>
/// <param name="OriginMilliseconds">Origin time of its window.</param>
/// <param name="Errors">Errors of its window.</param>
/// <param name="InFlight">Its requests not yet at their end, this one included.</param>
/// <param name="ErrorShare">The part of its last answers that were errors; 0 with under 20.</param>
internal readonly record struct ClientView(
    bool Tracked,
    bool Known,
    bool Browses,
    bool Settled,
    int Streak,
    float Requests,
    float UsualRequests,
    float OriginMilliseconds,
    float Errors,
    int InFlight,
    float ErrorShare);
