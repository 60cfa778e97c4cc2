using System.Collections.Frozen;
using Qrator.FilterNode.Lists;

namespace Qrator.FilterNode.Admin.Api;

/// <summary>The table of methods.</summary>
internal static class ApiMethods
{
    /// <summary>No parameters.</summary>
    public const string None = """{ "type": ["array", "null"], "maxItems": 0 }""";

    /// <summary>All methods, in the order in which they are described.</summary>
    public static IReadOnlyList<ApiMethod> All { get; } =
    [
        .. ListMethods.Of(ListKind.Blacklist),
        .. ListMethods.Of(ListKind.Whitelist),
        .. StatusMethods.All,
        .. MaintenanceMethods.All,
        .. StatisticsMethods.All,
        TopMethod.Method,
        .. BehaviorMethods.All,
        new() { Name = "ping", Summary = "Answers \"pong\".", Params = None, Result = """{ "const": "pong" }""", Run = WithoutParams(_ => ApiAnswer.Of("pong")) },
    ];

    private static readonly FrozenDictionary<string, ApiMethod> ByName = All.ToFrozenDictionary(method => method.Name, StringComparer.Ordinal);

    /// <summary>The names, for sentences.</summary>
    public static string Known { get; } = $"known: {string.Join(", ", All.Select(method => method.Name))}";

    /// <summary>The method of that name; null when there is none.</summary>
    public static ApiMethod? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>A method that takes no parameters.</summary>
    public static Func<ApiCall, ApiAnswer> WithoutParams(Func<ApiCall, ApiAnswer> run) => call =>
        call.HasNoParams ? run(call) : ApiAnswer.Wrong($"params: {ApiText.Show(call.Params)} where there are none; []");
}
