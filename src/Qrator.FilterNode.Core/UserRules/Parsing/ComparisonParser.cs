using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Geo;
using Qrator.FilterNode.UserRules.Conditions;

namespace Qrator.FilterNode.UserRules.Parsing;

/// <summary>Checks the tests of conditions and turns each into a fact or its contrary. One for all rules of a service, so that they share facts.</summary>
internal sealed class ComparisonParser
{
    private readonly ParseErrors _errors;
    private readonly bool _hasCountries;
    private readonly FieldParser _fields;
    private readonly TextFactParser _texts;
    private readonly NumberFactParser _numbers;
    private readonly CountryFactParser _countries;

    public ComparisonParser(ParseErrors errors, bool hasCountries, Predicate<CountryCode> isCountry)
    {
        _errors = errors;
        _hasCountries = hasCountries;
        _fields = new(errors);
        _texts = new(errors);
        _numbers = new(errors);
        _countries = new(errors, isCountry);
    }

    /// <summary>The comparison, or null after reporting every mistake in it.</summary>
    public Comparison? Parse(ConditionConfig node, string path)
    {
        if (node.Property is not { } property)
        {
            _errors.AddLack(path, $"{path}:Property", $"missing; one of {string.Join(", ", Enum.GetNames<ConditionProperty>())}");
            return null;
        }

        if (property == ConditionProperty.Geo && !_hasCountries)
        {
            _errors.Add($"{path}:Property", "Geo needs a country database; set FilterNode:GeoIp:Database");
        }

        var field = _fields.Parse(node, property, path);
        if (OperatorOf(node, property, path) is not { } @operator || !TakesGivenOperands(node, property, @operator, path))
        {
            return null;
        }

        var fact = FactOf(node, property, field, @operator, path);
        var operand = node.Values is null ? node.Value : string.Join(' ', node.Values);
        var subject = node.Name is null ? property.ToString() : $"{property} {node.Name}";
        return fact is null ? null : new Comparison(fact, IsContrary(@operator), subject, @operator, operand);
    }

    private static bool IsContrary(ConditionOperator @operator) =>
        @operator is ConditionOperator.NotEqual or ConditionOperator.NotContains or ConditionOperator.NotExists or ConditionOperator.NotIn;

    private Fact? FactOf(ConditionConfig node, ConditionProperty property, TextField? field, ConditionOperator @operator, string path) => property switch
    {
        ConditionProperty.ContentLength => _numbers.Parse(NumberProperty.ContentLength, @operator, node.Value, $"{path}:Value"),
        ConditionProperty.Status => _numbers.Parse(NumberProperty.Status, @operator, node.Value, $"{path}:Value"),
        ConditionProperty.Duration => _numbers.Parse(NumberProperty.Duration, @operator, node.Value, $"{path}:Value"),
        ConditionProperty.Geo => _countries.Parse(node.Values!, $"{path}:Values"),
        _ => _texts.Parse(field, @operator, node.Value, $"{path}:Value"),
    };

    private ConditionOperator? OperatorOf(ConditionConfig node, ConditionProperty property, string path)
    {
        if (node.Operator is null)
        {
            _errors.AddLack(path, $"{path}:Operator", $"missing; {OperatorTable.Words(property)}");
            return null;
        }

        if (!OperatorTable.For(property).Contains(node.Operator.Operator))
        {
            _errors.Add($"{path}:Operator", $"\"{node.Operator}\" does not fit {property}; {OperatorTable.Words(property)}");
            return null;
        }

        return node.Operator.Operator;
    }

    private bool TakesGivenOperands(ConditionConfig node, ConditionProperty property, ConditionOperator @operator, string path)
    {
        var isGeo = property == ConditionProperty.Geo;
        var takesNothing = @operator is ConditionOperator.Exists or ConditionOperator.NotExists;
        if (node.Value is not null && (isGeo || takesNothing))
        {
            _errors.Add($"{path}:Value", isGeo ? "Geo takes Values, a list of countries, not Value" : $"{OperatorText.Of(@operator)} takes no Value; leave it out");
        }

        if (node.Values is not null && !isGeo)
        {
            _errors.Add($"{path}:Values", takesNothing ? $"{OperatorText.Of(@operator)} takes no Values; leave it out" : $"{property} takes Value, not Values");
        }

        var lacksValue = node.Value is null && !isGeo && !takesNothing;
        var lacksValues = isGeo && node.Values is not { Count: > 0 };
        if (lacksValue)
        {
            _errors.AddLack(path, $"{path}:Value", "missing; what to compare with");
        }

        if (lacksValues)
        {
            _errors.AddLack(path, $"{path}:Values", "missing; at least one country, such as [\"DE\", \"FR\"]");
        }

        return !lacksValue && !lacksValues;
    }
}
