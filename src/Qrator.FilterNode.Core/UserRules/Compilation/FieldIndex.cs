using Qrator.FilterNode.Matching;
using Qrator.FilterNode.UserRules.Conditions;

namespace Qrator.FilterNode.UserRules.Compilation;

/// <summary>All facts about one text. Immutable.</summary>
internal sealed class FieldIndex
{
    private const int None = -1;

    private readonly List<int> _factOfTest = [];
    private readonly int _present = None;
    private readonly int _absent = None;
    private readonly TextIndex? _tests;

    /// <param name="field">The text.</param>
    /// <param name="facts">All facts about it with their numbers.</param>
    public FieldIndex(TextField field, IEnumerable<(Fact Fact, int Number)> facts)
    {
        Field = field;
        // The patterns of a field that ignores case are in upper case already; the builder brings texts to it.
        var builder = new TextIndexBuilder(field.IgnoresCase);
        foreach (var (fact, number) in facts)
        {
            switch (fact)
            {
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

        if (_tests is not null)
        {
            var hits = new FactHits(_factOfTest, conditions, scratch);
            _tests.Search(text, ref hits);
        }
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
