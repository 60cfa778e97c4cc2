using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.UserRules.Compilation;

namespace Qrator.FilterNode.UserRules;

/// <summary>
/// The rules of a service, compiled so that the time of a request does not grow with their number: it depends on the length of the texts that
/// rules look at, on how many different texts (headers, cookies) those are, and on the rules that come near to a match. Immutable and safe for
/// any number of threads. A decision allocates nothing, does not throw unless a view does, and does no I/O.
/// </summary>
/// <remarks>
/// Views are copied, so that what they keep in themselves is lost; they may be asked for the same text twice, first by the indexes and then by a
/// regular expression. Memory: besides the index itself, each thread that decides keeps up to 4 bytes for each different comparison and 8 for each
/// rule of the largest index that it has seen.
/// </remarks>
public sealed class UserRuleIndex
{
    private readonly CompiledConditions _atArrival;
    private readonly CompiledConditions _atResponse;

    private UserRuleIndex(IReadOnlyList<UserRule> rules)
    {
        Rules = rules;
        var all = rules.Index().Select(rule => (Name: rule.Index, rule.Item.When)).ToList();
        _atArrival = ConditionCompiler.Compile([.. all.Where(rule => IsDecidedAtArrival(rules[rule.Name]))], requestPart: true);
        _atResponse = ConditionCompiler.Compile(all, requestPart: false);
        HasRequestOnlyWhitelist = rules.Any(rule => rule is { IsRequestOnlyWhitelist: true, Shadow: false });
    }

    /// <summary>The rules that apply, in the order of the configuration; none when the section is not enabled.</summary>
    public IReadOnlyList<UserRule> Rules { get; }

    /// <summary>Whether a rule can put a client on the whitelist before its request is forwarded, so that a blacklisted client must be let in to be looked at.</summary>
    public bool HasRequestOnlyWhitelist { get; }

    /// <summary>Whether <see cref="AtArrival"/> can report anything.</summary>
    public bool DecidesAtArrival => _atArrival.RuleNames.Length > 0;

    /// <summary>Compiles rules. Cannot fail. Takes a tenth of a second for ten thousand rules, so it belongs on no request's thread.</summary>
    public static UserRuleIndex Compile(ParsedUserRules parsed) => new(parsed.Enabled ? parsed.Rules : []);

    /// <summary>
    /// Decides what can be decided before a request is forwarded. Reported, in ascending order, are the whitelist rules that need only the
    /// request and match; and the RateLimit rules with <see cref="MeterScope.Matching"/> whose request part matches, which are the ones whose
    /// buckets meter this request (whether they limit the client is not known here). The request part of a condition is what remains when
    /// everything about the response counts as true, under a negation too. Shadow rules are reported as well.
    /// </summary>
    public void AtArrival<TRequest, TMatches>(in TRequest request, ref TMatches matches)
        where TRequest : struct, IRequestView, allows ref struct
        where TMatches : struct, IRuleMatches, allows ref struct
    {
        var response = default(NoResponse);
        _atArrival.Match(request, response, ref matches);
    }

    /// <summary>Decides when the origin's response headers are there. Reports every rule that matches in ascending order, shadow rules as well.</summary>
    public void AtResponse<TRequest, TResponse, TMatches>(in TRequest request, in TResponse response, ref TMatches matches)
        where TRequest : struct, IRequestView, allows ref struct
        where TResponse : struct, IResponseView, allows ref struct
        where TMatches : struct, IRuleMatches, allows ref struct =>
        _atResponse.Match(request, response, ref matches);

    /// <summary>
    /// Says why a rule that <see cref="AtResponse"/> reported matches: the comparisons that made it, each with the value it found, such as
    /// <c>Path = "/", UserAgent notExists, Duration 00:00:01.5 > 00:00:01</c>. At most 16 comparisons, and 128 characters of each value.
    /// Allocates.
    /// </summary>
    /// <returns>Empty when the rule does not match.</returns>
    public string Explain<TRequest, TResponse>(int rule, in TRequest request, in TResponse response)
        where TRequest : struct, IRequestView, allows ref struct
        where TResponse : struct, IResponseView =>
        new Explanation<TRequest, TResponse>(request, response).Of(Rules[rule].When);

    /// <summary>Says why a whitelist rule that <see cref="AtArrival"/> reported matches; see the other overload.</summary>
    public string Explain<TRequest>(int rule, in TRequest request)
        where TRequest : struct, IRequestView, allows ref struct
    {
        var response = default(NoResponse);
        return Explain(rule, request, response);
    }

    private static bool IsDecidedAtArrival(UserRule rule) => rule.IsRequestOnlyWhitelist || rule.MetersMatching;
}
