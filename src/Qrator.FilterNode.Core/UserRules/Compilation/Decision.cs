using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.UserRules.Conditions;

namespace Qrator.FilterNode.UserRules.Compilation;

/// <summary>One decision over <see cref="CompiledConditions"/>.</summary>
internal readonly ref struct Decision<TRequest, TResponse>
    where TRequest : struct, IRequestView, allows ref struct
    where TResponse : struct, IResponseView, allows ref struct
{
    private readonly CompiledConditions _conditions;
    private readonly MatchScratch _scratch;

    private readonly TRequest _request;
    private readonly TResponse _response;

    public Decision(CompiledConditions conditions, MatchScratch scratch, TRequest request, TResponse response)
    {
        _conditions = conditions;
        _scratch = scratch;
        _request = request;
        _response = response;
    }

    /// <summary>Puts every rule that can be true among the candidates.</summary>
    public void FindCandidates()
    {
        foreach (var rule in _conditions.UntriggeredRules)
        {
            _scratch.AddCandidate(rule);
        }

        foreach (var field in _conditions.FieldsWithTriggers)
        {
            Read(field);
        }

        var numbers = _conditions.Numbers;
        for (var property = 0; property < numbers.Length; property++)
        {
            if (!numbers[property].IsEmpty && TryGetNumber((NumberProperty)property, out var number))
            {
                numbers[property].Find(number, _conditions, _scratch);
            }
        }

        if (!_conditions.Countries.IsEmpty)
        {
            _conditions.Countries.Find(_request.Country, _conditions, _scratch);
        }
    }

    /// <summary>Whether the condition that starts with the step is true.</summary>
    public bool IsTrue(int step)
    {
        while (step >= 0)
        {
            ref readonly var question = ref _conditions.Steps[step];
            step = IsFactTrue(question.Fact) ? question.IfTrue : question.IfFalse;
        }

        return step == Step.Accept;
    }

    private bool IsFactTrue(int fact) => _conditions.Kinds[fact] switch
    {
        FactKind.Indexed => IsIndexedTrue(fact),
        FactKind.Regex => IsRegexTrue(fact),
        FactKind.Number => IsNumberTrue((NumberFact)_conditions.Facts[fact]),
        _ => ((CountryFact)_conditions.Facts[fact]).Countries.Contains(_request.Country),
    };

    private bool IsIndexedTrue(int fact)
    {
        Read(_conditions.FieldOfFact[fact]);
        return _scratch.IsMarkedTrue(fact);
    }

    private bool IsNumberTrue(NumberFact fact) => TryGetNumber(fact.Property, out var number) && fact.Holds(number);

    private bool IsRegexTrue(int fact)
    {
        if (_scratch.IsMarkedTrue(fact) || _scratch.IsMarkedFalse(fact))
        {
            return _scratch.IsMarkedTrue(fact);
        }

        var regex = (RegexFact)_conditions.Facts[fact];
        var isTrue = CanMatch(fact) && TryGetText(regex.Field, out var text) && regex.Expression.IsMatch(text);
        if (isTrue)
        {
            _scratch.MarkTrue(fact);
        }
        else
        {
            _scratch.MarkFalse(fact);
        }

        return isTrue;
    }

    private bool CanMatch(int regex)
    {
        var required = _conditions.RequiredFacts[regex];
        foreach (var fact in required)
        {
            if (IsIndexedTrue(fact))
            {
                return true;
            }
        }

        return required.Length == 0;
    }

    private void Read(int field)
    {
        if (!_scratch.MarkRead(field))
        {
            return;
        }

        var index = _conditions.Fields[field];
        if (TryGetText(index.Field, out var text))
        {
            index.FindInPresent(text, _conditions, _scratch);
        }
        else
        {
            index.FindInAbsent(_conditions, _scratch);
        }
    }

    private bool TryGetText(TextField field, out ReadOnlySpan<char> text) =>
        field.IsOfResponse ? _response.TryGetHeader(field.Name!, out text) : _request.TryGetText(field.Property, field.Name, out text);

    private bool TryGetNumber(NumberProperty property, out long number)
    {
        var value = property switch
        {
            NumberProperty.ContentLength => _request.ContentLength,
            NumberProperty.Status => _response.Status,
            _ => _response.Duration.Ticks,
        };
        number = value ?? 0;
        return value is not null;
    }
}
