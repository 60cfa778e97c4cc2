using Qrator.FilterNode.Configuration;

namespace Qrator.FilterNode.UserRules;

public class ManyRulesTests
{
    private const int Rules = 10_000;
    private const int Requests = 20_000;

    private static readonly RequestData Suspect = new() { UserAgent = "Mozilla/5.0 badbot-4710/ bad-agent-04710 Scraper4710/1" };

    public static TheoryData<string> Kinds => [nameof(ManyRules.ContainsOnUserAgent), nameof(ManyRules.Mixed), nameof(ManyRules.Expressions)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Decisions_over_ten_thousand_rules_allocate_nothing(string kind)
    {
        var index = ManyRules.Compile(Section(kind));
        var requests = new ManyRequests(seed: 7);
        var matches = 0;

        Allocations.OfOne(() => matches += Decide(index, requests)).ShouldBe(0);

        matches.ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void One_of_ten_thousand_rules_is_found_by_what_it_looks_for(string kind)
    {
        var config = Section(kind);
        var index = ManyRules.Compile(config);
        var traffic = new RandomTraffic(new Random(1), config);
        var found = 0;
        for (var i = 0; i < 20; i++)
        {
            var (request, response) = (i == 0 ? Suspect : traffic.Request(), traffic.Response());
            var expected = RuleOracle.AtResponse(config, request, response);
            RuleTrial.AtResponse(index, request, response).ShouldBe(expected);
            RuleTrial.AtArrival(index, request).ShouldBe(RuleOracle.AtArrival(config, request));
            found += expected.Count;
        }

        found.ShouldBeGreaterThan(0);
    }

    private static UserRulesConfig Section(string kind) => kind switch
    {
        nameof(ManyRules.ContainsOnUserAgent) => ManyRules.ContainsOnUserAgent(Rules),
        nameof(ManyRules.Mixed) => ManyRules.Mixed(Rules),
        _ => ManyRules.Expressions(Rules),
    };

    private static int Decide(UserRuleIndex index, ManyRequests requests)
    {
        var matches = default(MatchCount);
        for (var i = 0; i < Requests; i++)
        {
            index.AtArrival(requests.Next(), ref matches);
            index.AtResponse(requests.Next(), default(QuickResponse), ref matches);
        }

        return matches.Count;
    }
}
