using Qrator.FilterNode.Matching;
using Qrator.FilterNode.UserRules.Conditions;

namespace Qrator.FilterNode.UserRules.Compilation;

/// <summary>All facts about one text. Immutable.</summary>
internal sealed class FieldIndex
{
    private const int None = -1;

    private readonly List<int> _factOfTest = [];
    private readonly List<int> _factOfTestWithoutCase = [];
    private readonly int _present = None;
    private readonly int _absent = None;
    private readonly TextIndex? _tests;
    private readonly TextIndex? _testsWithoutCase;

    /// <param name="field">The text.</param>
    /// <param name="facts">All facts about it with their numbers.</param>
    public FieldIndex(TextField field, IEnumerable<(Fact Fact, int Number)> facts)
    {
        Field = field;
        var builder = new TextIndexBuilder();
        var builderWithoutCase = new TextIndexBuilder(ignoreCase: true);
        foreach (var (fact, number) in facts)
        {
            switch (fact)
            {
                case TextFact { IgnoresCase: true } text:
                    builderWithoutCase.Add(text.Test, text.Pattern);
                    _factOfTestWithoutCase.Add(number);
                    break;
                case TextFact text:
                    builder.Add(text.Test, text.Pattern);
                    _factOfTest.Add(number);
                    break;
                case PresenceFact { Present: true }:
                    _present = number;
                    break;
                case PresenceFact:
                    _absent = number;
                    break;
            }
        }

        _tests = _factOfTest.Count > 0 ? builder.Build() : null;
        _testsWithoutCase = _factOfTestWithoutCase.Count > 0 ? builderWithoutCase.Build() : null;
    }

    /// <summary>The text.</summary>
    public TextField Field { get; }

    /// <summary>Marks every fact that is true where the text is there.</summary>
    public void FindInPresent(ReadOnlySpan<char> text, CompiledConditions conditions, MatchScratch scratch)
    {
        if (_present != None)
        {
            conditions.MarkTrue(_present, scratch);
        }

        var hits = new FactHits(_factOfTest, conditions, scratch);
        _tests?.Search(text, ref hits);
        var hitsWithoutCase = new FactHits(_factOfTestWithoutCase, conditions, scratch);
        _testsWithoutCase?.Search(text, ref hitsWithoutCase);
    }

    /// <summary>Marks every fact that is true where the text is absent.</summary>
    public void FindInAbsent(CompiledConditions conditions, MatchScratch scratch)
    {
        if (_absent != None)
        {
            conditions.MarkTrue(_absent, scratch);
        }
    }

    private readonly struct FactHits(List<int> factOfTest, CompiledConditions conditions, MatchScratch scratch) : IHits
    {
        public void Hit(int id) => conditions.MarkTrue(factOfTest[id], scratch);
    }
}
