namespace Qrator.FilterNode.Behavior;

/// <summary>How a request that was let in has ended.</summary>
/// <param name="Status">The status code that the client got; 0 when it got none.</param>
/// <param name="OriginTime">The wait for the origin's response headers, in ticks of 100 ns; 0 when the origin was not asked.</param>
/// <param name="Aborted">Whether the client went away; then it counts neither as good nor as an error.</param>
/// <param name="Bytes">Bytes of the response's body, as far as they are known.</param>
public readonly record struct RequestEnd(int Status, long OriginTime, bool Aborted, long Bytes = 0)
{
    /// <summary>Whether it counts as an error: 4xx, 5xx, the node's own too. 429 does not: it says that the node or the origin limits the client.</summary>
    public bool IsError => !Aborted && Status >= 400 && Status != 429;

    /// <summary>Whether it is an error of the origin, which says nothing about the client.</summary>
    public bool IsFailure => !Aborted && Status >= 500;

    /// <summary>Whether it is a sign of a proper visitor.</summary>
    public bool IsGood => !Aborted && Status is >= 200 and < 400;

    internal float OriginMilliseconds => (float)OriginTime / TimeSpan.TicksPerMillisecond;
}
