using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>The section <c>State</c>.</summary>
public sealed record StateConfig
{
    /// <summary>The SQLite file.</summary>
    [Setting("The SQLite file that keeps the lists over a restart, such as data/state.db. It is made when it is not there, with its folder. Without it the lists are in memory only. A change needs a restart.")]
    public string? Database { get; init; }
}
