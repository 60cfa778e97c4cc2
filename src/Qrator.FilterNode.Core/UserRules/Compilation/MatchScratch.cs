namespace Qrator.FilterNode.UserRules.Compilation;

/// <summary>
/// What one decision writes down. One is kept idle for each thread and taken out while in use, so that a decision inside another one gets
/// its own. Marks are numbers of decisions: starting a new one forgets all marks without touching them. Memory is bounded by the largest
/// set of rules: 4 bytes for each fact and each field, 8 for each rule.
/// </summary>
internal sealed class MatchScratch
{
    [ThreadStatic]
    private static MatchScratch? _idle;

    private int _decision;
    private int[] _facts = [];
    private int[] _fields = [];
    private int[] _rules = [];
    private int[] _candidates = [];
    private int _candidateCount;

    /// <summary>The rules to look at, each once.</summary>
    public Span<int> Candidates => _candidates.AsSpan(0, _candidateCount);

    /// <summary>Begins a decision.</summary>
    public static MatchScratch Take(int facts, int fields, int rules)
    {
        var scratch = _idle ?? new MatchScratch();
        _idle = null;
        scratch.Begin(facts, fields, rules);
        return scratch;
    }

    /// <summary>Ends the decision; the scratch must not be used afterwards.</summary>
    public void GiveBack() => _idle = this;

    public void MarkTrue(int fact) => _facts[fact] = _decision;

    public void MarkFalse(int fact) => _facts[fact] = -_decision;

    public bool IsMarkedTrue(int fact) => _facts[fact] == _decision;

    public bool IsMarkedFalse(int fact) => _facts[fact] == -_decision;

    /// <summary>Whether the field is looked at for the first time.</summary>
    public bool MarkRead(int field)
    {
        var isFirst = _fields[field] != _decision;
        _fields[field] = _decision;
        return isFirst;
    }

    public void AddCandidate(int rule)
    {
        if (_rules[rule] != _decision)
        {
            _rules[rule] = _decision;
            _candidates[_candidateCount++] = rule;
        }
    }

    private void Begin(int facts, int fields, int rules)
    {
        _candidateCount = 0;
        if (_decision == int.MaxValue)
        {
            // Marks of two billion decisions ago must not come back to life.
            _decision = 0;
            (_facts, _fields, _rules) = ([], [], []);
        }

        _decision++;
        Grow(ref _facts, facts);
        Grow(ref _fields, fields);
        Grow(ref _rules, rules);
        Grow(ref _candidates, rules);
    }

    // What was marked before is of no decision to come.
    private static void Grow(ref int[] marks, int size)
    {
        if (marks.Length < size)
        {
            marks = new int[size];
        }
    }
}
