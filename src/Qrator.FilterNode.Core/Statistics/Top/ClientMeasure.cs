namespace Qrator.FilterNode.Statistics.Top;

/// <summary>What clients are ranked by.</summary>
public enum ClientMeasure
{
    /// <summary>Requests, the dropped ones too.</summary>
    Requests,

    /// <summary>Bytes received and sent.</summary>
    Bytes,

    /// <summary>Responses of 400 and above, and requests that failed without one.</summary>
    Errors,

    /// <summary>The wait for the headers of origins' responses, in ticks of 100 ns.</summary>
    OriginTime,
}
