using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>The section <c>AccessLog</c>.</summary>
public sealed record AccessLogConfig
{
    /// <summary>The file.</summary>
    [Setting("The file, such as logs/access.log. It is made when it is not there, with its folder, and anew when it was renamed. One file belongs to one node.", Required = true, Remedy = "a file, such as \"logs/access.log\"")]
    public string Path { get; init; } = "";

    /// <summary>How a line is written.</summary>
    [Setting("Json: an object a line with every property that a rule can read. Combined: the combined log format.")]
    public AccessLogFormat Format { get; init; } = AccessLogFormat.Json;

    /// <summary>The part of clients that are logged.</summary>
    [Setting("The part (0 to 1) of clients whose requests are logged; of a client all or none.", Min = "0", Max = "1")]
    public double Sample { get; init; } = 1;
}
