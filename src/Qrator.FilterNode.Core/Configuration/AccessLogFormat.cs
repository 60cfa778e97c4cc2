namespace Qrator.FilterNode.Configuration;

/// <summary>How the access log is written. The names are the words of the configuration.</summary>
public enum AccessLogFormat
{
    /// <summary>A JSON object a line, with every property that a rule can read.</summary>
    Json,

    /// <summary>The combined log format of Apache, which many programs read.</summary>
    Combined,
}
