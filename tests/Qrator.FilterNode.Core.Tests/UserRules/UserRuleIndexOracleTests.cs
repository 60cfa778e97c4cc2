using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Configuration.Binding;
using Qrator.FilterNode.UserRules.Parsing;

namespace Qrator.FilterNode.UserRules;

/// <summary>Semantics first: the index and the slow, obvious evaluator give the same answer for whatever rules and requests.</summary>
public class UserRuleIndexOracleTests
{
    private const int RequestsEach = 200;

    public static TheoryData<int, int, int> Batches => new()
    {
        // First seed, rule sets, rules in a set.
        { 1_000, 150, 1 },
        { 2_000, 150, 8 },
        { 3_000, 60, 40 },
        { 4_000, 6, 1_000 },
    };

    [Theory]
    [MemberData(nameof(Batches))]
    public void Index_and_oracle_give_the_same_answer(int firstSeed, int ruleSets, int rules)
    {
        for (var seed = firstSeed; seed < firstSeed + ruleSets; seed++)
        {
            var random = new Random(seed);
            var config = new RandomRules(random).Next(rules);
            var index = Compile(config, seed);
            var traffic = new RandomTraffic(random, config);
            for (var i = 0; i < RequestsEach; i++)
            {
                Compare(index, config, traffic.Request(), traffic.Response(), $"seed {seed}, request {i}");
            }
        }
    }

    private static UserRuleIndex Compile(UserRulesConfig config, int seed)
    {
        var errors = new ConfigErrors();
        var parsed = UserRulesParser.Parse(config, "UserRules", hasCountries: true, _ => true, errors);
        errors.All.ShouldBeEmpty($"seed {seed}");
        return UserRuleIndex.Compile(parsed);
    }

    private static void Compare(UserRuleIndex index, UserRulesConfig config, RequestData request, ResponseData response, string which)
    {
        var atArrival = new MatchList();
        index.AtArrival(request.View(), ref atArrival);
        if (!atArrival.Rules.SequenceEqual(RuleOracle.AtArrival(config, request)))
        {
            atArrival.Rules.ShouldBe(RuleOracle.AtArrival(config, request), $"at arrival, {which}");
        }

        var atResponse = new MatchList();
        index.AtResponse(request.View(), response.View(), ref atResponse);
        if (!atResponse.Rules.SequenceEqual(RuleOracle.AtResponse(config, request, response)))
        {
            atResponse.Rules.ShouldBe(RuleOracle.AtResponse(config, request, response), $"at the response, {which}");
        }

        for (var rule = 0; rule < index.Rules.Count && index.Rules.Count <= 40; rule++)
        {
            var isExplained = index.Explain(rule, request.View(), response.View()).Length > 0;
            isExplained.ShouldBe(atResponse.Rules.Contains(rule), $"explanation of rule {rule}, {which}");
        }
    }
}
