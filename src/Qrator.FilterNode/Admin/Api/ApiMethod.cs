using System.Text.Json.Nodes;

namespace Qrator.FilterNode.Admin.Api;

/// <summary>One row of the table of methods.</summary>
internal sealed record ApiMethod
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence for people.</summary>
    public required string Summary { get; init; }

    /// <summary>The JSON schema of the parameters.</summary>
    public required string Params { get; init; }

    /// <summary>Parameters as an example, as JSON.</summary>
    public string Example { get; init; } = "[]";

    /// <summary>The JSON schema of the result.</summary>
    public required string Result { get; init; }

    /// <summary>Whether it changes anything, so that a call is a line in the log.</summary>
    public bool Changes { get; init; }

    /// <summary>Checks all parameters, and only then does what it is asked. Never waits.</summary>
    public required Func<ApiCall, ApiAnswer> Run { get; init; }

    /// <summary>The parameters' schema as a new document.</summary>
    public JsonNode ParamsSchema => JsonNode.Parse(Params)!;

    /// <summary>The result's schema as a new document.</summary>
    public JsonNode ResultSchema => JsonNode.Parse(Result)!;
}
