using Qrator.FilterNode.UserRules.Conditions;

namespace Qrator.FilterNode.UserRules.Compilation;

/// <summary>Compiles conditions. MUST NOT fail, because a configuration that was accepted is in use from the next request on.</summary>
internal sealed class ConditionCompiler
{
    private const int None = -1;
    private const int CostOfMark = 1;
    private const int CostOfField = 32;
    private const int CostOfRegex = 256;

    private readonly FactTable _facts = new();
    private readonly List<Formula> _formulas = [];
    private readonly List<(int Fact, int Rule)> _triggers = [];
    private readonly List<int> _untriggered = [];
    private readonly Dictionary<TextField, int> _fieldNumbers = [];
    private readonly HashSet<int> _fieldsWithTriggers = [];

    private ConditionCompiler()
    {
    }

    /// <summary>Compiles the conditions of rules.</summary>
    /// <param name="rules">Each with what the caller calls it, ascending.</param>
    /// <param name="requestPart">Whether to compile only what is about the request; see <see cref="FormulaMaker"/>.</param>
    public static CompiledConditions Compile(IReadOnlyList<(int Name, Condition When)> rules, bool requestPart)
    {
        var compiler = new ConditionCompiler();
        var maker = new FormulaMaker(compiler._facts, requestPart);
        compiler._formulas.AddRange(rules.Select(rule => maker.Make(rule.When)));
        compiler._facts.RequireTexts();
        return compiler.Compile([.. rules.Select(rule => rule.Name)]);
    }

    private static FactKind KindOf(Fact fact) => fact switch
    {
        RegexFact => FactKind.Regex,
        NumberFact => FactKind.Number,
        CountryFact => FactKind.Country,
        _ => FactKind.Indexed,
    };

    private static TextField? FieldOf(Fact fact) => fact switch
    {
        TextFact text => text.Field,
        PresenceFact presence => presence.Field,
        _ => null,
    };

    private CompiledConditions Compile(int[] ruleNames)
    {
        var facts = _facts.Facts;
        int[] fieldOfFact = [.. facts.Select(NumberOfField)];
        ChooseTriggers(fieldOfFact);
        var writer = new StepWriter(fact => CostOf(fact, fieldOfFact));
        int[] firstSteps = [.. _formulas.Select(writer.Write)];
        var byFact = _triggers.ToLookup(trigger => trigger.Fact, trigger => trigger.Rule);
        return new()
        {
            Facts = [.. facts],
            Kinds = [.. facts.Select(KindOf)],
            FieldOfFact = fieldOfFact,
            RequiredFacts = [.. Enumerable.Range(0, facts.Count).Select(_facts.RequiredOf)],
            Fields = Fields(fieldOfFact),
            FieldsWithTriggers = [.. _fieldsWithTriggers.Order()],
            Numbers = [.. Enum.GetValues<NumberProperty>().Select(property => new NumberTriggers(TriggersOf<NumberFact>().Where(fact => fact.Fact.Property == property)))],
            Countries = new(TriggersOf<CountryFact>()),
            TriggeredStarts = Starts(byFact),
            TriggeredRules = [.. Enumerable.Range(0, facts.Count).SelectMany(fact => byFact[fact])],
            UntriggeredRules = [.. _untriggered],
            Steps = writer.Steps,
            FirstSteps = firstSteps,
            RuleNames = ruleNames,
        };

        IEnumerable<(TFact Fact, int Number)> TriggersOf<TFact>()
            where TFact : Fact => from triggered in byFact
                                  let fact = facts[triggered.Key] as TFact
                                  where fact is not null
                                  select (fact, triggered.Key);
    }

    private int NumberOfField(Fact fact)
    {
        if (FieldOf(fact) is not { } field)
        {
            return None;
        }

        _fieldNumbers.TryAdd(field, _fieldNumbers.Count);
        return _fieldNumbers[field];
    }

    private void ChooseTriggers(int[] fieldOfFact)
    {
        var chooser = new TriggerChooser(_facts);
        for (var rule = 0; rule < _formulas.Count; rule++)
        {
            if (chooser.Choose(_formulas[rule]) is not { } trigger)
            {
                _untriggered.Add(rule);
                continue;
            }

            foreach (var fact in trigger.Facts)
            {
                _triggers.Add((fact, rule));
                if (fieldOfFact[fact] != None)
                {
                    _fieldsWithTriggers.Add(fieldOfFact[fact]);
                }
            }
        }
    }

    private int CostOf(int fact, int[] fieldOfFact) => KindOf(_facts.Facts[fact]) switch
    {
        FactKind.Regex => CostOfRegex,
        FactKind.Indexed when !_fieldsWithTriggers.Contains(fieldOfFact[fact]) => CostOfField,
        _ => CostOfMark,
    };

    private FieldIndex[] Fields(int[] fieldOfFact)
    {
        var factsOfField = Enumerable.Range(0, fieldOfFact.Length).ToLookup(fact => fieldOfFact[fact], fact => (_facts.Facts[fact], fact));
        return [.. _fieldNumbers.OrderBy(field => field.Value).Select(field => new FieldIndex(field.Key, factsOfField[field.Value]))];
    }

    private int[] Starts(ILookup<int, int> rulesOfFact)
    {
        var starts = new int[_facts.Facts.Count + 1];
        for (var fact = 0; fact < starts.Length - 1; fact++)
        {
            starts[fact + 1] = starts[fact] + rulesOfFact[fact].Count();
        }

        return starts;
    }
}
