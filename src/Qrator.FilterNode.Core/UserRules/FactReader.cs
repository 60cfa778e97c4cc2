using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Matching;
using Qrator.FilterNode.UserRules.Conditions;

namespace Qrator.FilterNode.UserRules;

/// <summary>Finds out single facts and the values behind them without any index.</summary>
internal readonly ref struct FactReader<TRequest, TResponse>
    where TRequest : struct, IRequestView, allows ref struct
    where TResponse : struct, IResponseView, allows ref struct
{
    private readonly TRequest _request;
    private readonly TResponse _response;

    public FactReader(TRequest request, TResponse response)
    {
        _request = request;
        _response = response;
    }

    public bool IsTrue(Fact fact)
    {
        switch (fact)
        {
            case PresenceFact presence:
                return TryGetText(presence.Field, out _) == presence.Present;
            case TextFact text:
                return TryGetText(text.Field, out var value) && Holds(text, value);
            case RegexFact regex:
                return TryGetText(regex.Field, out var subject) && regex.Expression.IsMatch(subject);
            case NumberFact number:
                return NumberOf(number.Property) is { } present && number.Holds(present);
            default:
                return ((CountryFact)fact).Countries.Contains(_request.Country);
        }
    }

    /// <summary>The value that the fact is about, as an operator would write it; null where it is absent.</summary>
    public string? ValueOf(Fact fact) => fact switch
    {
        PresenceFact presence => Text(presence.Field),
        TextFact text => Text(text.Field),
        RegexFact regex => Text(regex.Field),
        NumberFact { Property: NumberProperty.Duration } => ComparisonText.Span(_response.Duration),
        NumberFact number => FormattableString.Invariant($"{NumberOf(number.Property)}") is { Length: > 0 } digits ? digits : null,
        _ => _request.Country.ToString(),
    };

    private static bool Holds(TextFact fact, ReadOnlySpan<char> value)
    {
        var comparison = fact.IgnoresCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        return fact.Test switch
        {
            TextTest.Equal => value.Equals(fact.Pattern, comparison),
            TextTest.Contains => value.Contains(fact.Pattern, comparison),
            TextTest.StartsWith => value.StartsWith(fact.Pattern, comparison),
            _ => value.EndsWith(fact.Pattern, comparison),
        };
    }

    private string? Text(TextField field) => TryGetText(field, out var text) ? $"\"{VisibleText.Of(text, ComparisonText.LongestValue)}\"" : null;

    private bool TryGetText(TextField field, out ReadOnlySpan<char> text) =>
        field.IsOfResponse ? _response.TryGetHeader(field.Name!, out text) : _request.TryGetText(field.Property, field.Name, out text);

    private long? NumberOf(NumberProperty property) => property switch
    {
        NumberProperty.ContentLength => _request.ContentLength,
        NumberProperty.Status => _response.Status,
        _ => _response.Duration.Ticks,
    };
}
