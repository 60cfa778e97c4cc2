using System.Text.Json;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Lists;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Admin.Api;

/// <summary>One call of a method.</summary>
/// <param name="Node">The configuration that the call began with.</param>
/// <param name="Service">The service that the address of the call names.</param>
/// <param name="Params">The parameters; undefined when absent.</param>
/// <param name="Clock">The time.</param>
/// <param name="Decisions">The latest list changes.</param>
internal sealed record ApiCall(NodeSnapshot Node, ServiceSnapshot Service, JsonElement Params, NodeClock Clock, DecisionRing Decisions)
{
    /// <summary>Whether no parameters were given, in any of the ways to do so.</summary>
    public bool HasNoParams =>
        Params.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null || (Params.ValueKind == JsonValueKind.Array && Params.GetArrayLength() == 0);
}
