using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Configuration.Binding;
using Qrator.FilterNode.UserRules.Parsing;

namespace Qrator.FilterNode.UserRules;

/// <summary>Short ways from rules to answers.</summary>
internal static class RuleTrial
{
    /// <summary>Compiles rules written as the JSON of the list <c>Rules</c>.</summary>
    public static UserRuleIndex Compile(string rulesJson, bool enabled = true)
    {
        var errors = new ConfigErrors();
        var config = ConfigBinder.Bind<UserRulesConfig>(JsonTree.Parse("UserRules", $$"""{ "Enabled": {{(enabled ? "true" : "false")}}, "Rules": {{rulesJson}} }"""), errors);
        var parsed = UserRulesParser.Parse(config, "UserRules", hasCountries: true, _ => true, errors);
        errors.All.ShouldBeEmpty();
        return UserRuleIndex.Compile(parsed);
    }

    /// <summary>Compiles one blacklist rule with the condition.</summary>
    public static UserRuleIndex CompileCondition(string conditionJson) => Compile($$"""[ { "Id": "r", "Action": "Blacklist", "When": {{conditionJson}} } ]""");

    /// <summary>Whether a condition is true.</summary>
    public static bool IsTrue(string conditionJson, RequestData request, ResponseData? response = null) =>
        AtResponse(CompileCondition(conditionJson), request, response ?? new()).Count == 1;

    public static List<int> AtArrival(UserRuleIndex index, RequestData request)
    {
        var matches = new MatchList();
        index.AtArrival(request.View(), ref matches);
        return matches.Rules;
    }

    public static List<int> AtResponse(UserRuleIndex index, RequestData request, ResponseData response)
    {
        var matches = new MatchList();
        index.AtResponse(request.View(), response.View(), ref matches);
        return matches.Rules;
    }
}
