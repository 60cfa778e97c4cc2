using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.UserRules.Conditions;

namespace Qrator.FilterNode.UserRules.Compilation;

/// <summary>
/// The conditions of many rules, decided together. First the indexes find which facts that trigger rules are true; then only the rules behind
/// those, and the few that nothing triggers, are asked one by one. Immutable and safe for any number of threads; a decision allocates nothing.
/// </summary>
internal sealed class CompiledConditions
{
    /// <summary>All facts by number.</summary>
    public required Fact[] Facts { get; init; }

    /// <summary>How each fact is found out.</summary>
    public required FactKind[] Kinds { get; init; }

    /// <summary>For facts about texts the place in <see cref="Fields"/>.</summary>
    public required int[] FieldOfFact { get; init; }

    /// <summary>For regular expressions facts of which at least one is true when it matches; empty where none are known, and for other facts.</summary>
    public required int[][] RequiredFacts { get; init; }

    /// <summary>The texts that are looked at.</summary>
    public required FieldIndex[] Fields { get; init; }

    /// <summary>The places in <see cref="Fields"/> of those that have a trigger.</summary>
    public required int[] FieldsWithTriggers { get; init; }

    /// <summary>The triggers of each <see cref="NumberProperty"/>.</summary>
    public required NumberTriggers[] Numbers { get; init; }

    /// <summary>The triggers by country.</summary>
    public required CountryTriggers Countries { get; init; }

    /// <summary>Where the rules of each fact begin in <see cref="TriggeredRules"/>; one element more than facts.</summary>
    public required int[] TriggeredStarts { get; init; }

    /// <summary>The rules that each fact triggers, one fact after the other.</summary>
    public required int[] TriggeredRules { get; init; }

    /// <summary>The rules that can match without any trigger.</summary>
    public required int[] UntriggeredRules { get; init; }

    /// <summary>The programs of all rules.</summary>
    public required Step[] Steps { get; init; }

    /// <summary>The first step of each rule.</summary>
    public required int[] FirstSteps { get; init; }

    /// <summary>What the caller calls each rule; ascending.</summary>
    public required int[] RuleNames { get; init; }

    /// <summary>Reports every rule whose condition is true, in ascending order.</summary>
    public void Match<TRequest, TResponse, TMatches>(TRequest request, TResponse response, ref TMatches matches)
        where TRequest : struct, IRequestView, allows ref struct
        where TResponse : struct, IResponseView, allows ref struct
        where TMatches : struct, IRuleMatches, allows ref struct
    {
        if (RuleNames.Length == 0)
        {
            return;
        }

        var scratch = MatchScratch.Take(Facts.Length, Fields.Length, RuleNames.Length);
        var decision = new Decision<TRequest, TResponse>(this, scratch, request, response);
        decision.FindCandidates();
        var candidates = scratch.Candidates;
        candidates.Sort();
        foreach (var rule in candidates)
        {
            if (decision.IsTrue(FirstSteps[rule]))
            {
                matches.Add(RuleNames[rule]);
            }
        }

        scratch.GiveBack();
    }

    /// <summary>Notes that the fact is true, and the rules that it triggers.</summary>
    public void MarkTrue(int fact, MatchScratch scratch)
    {
        // A pattern that occurs a thousand times must not bring up its rules a thousand times.
        if (!scratch.IsMarkedTrue(fact))
        {
            scratch.MarkTrue(fact);
            AddRulesOf(fact, scratch);
        }
    }

    /// <summary>Notes the rules that the fact triggers.</summary>
    public void AddRulesOf(int fact, MatchScratch scratch)
    {
        for (var i = TriggeredStarts[fact]; i < TriggeredStarts[fact + 1]; i++)
        {
            scratch.AddCandidate(TriggeredRules[i]);
        }
    }
}
