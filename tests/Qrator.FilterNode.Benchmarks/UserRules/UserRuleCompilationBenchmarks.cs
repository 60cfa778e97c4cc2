using BenchmarkDotNet.Attributes;
using Qrator.FilterNode.Configuration;

namespace Qrator.FilterNode.UserRules;

/// <summary>Checking and compiling 10,000 rules. The goal: under 200 ms.</summary>
[MemoryDiagnoser]
public class UserRuleCompilationBenchmarks
{
    private const int Rules = 10_000;
    private readonly UserRulesConfig _contains = ManyRules.ContainsOnUserAgent(Rules);
    private readonly UserRulesConfig _mixed = ManyRules.Mixed(Rules);

    [Benchmark]
    public UserRuleIndex Contains() => ManyRules.Compile(_contains);

    [Benchmark]
    public UserRuleIndex Mixed() => ManyRules.Compile(_mixed);
}
