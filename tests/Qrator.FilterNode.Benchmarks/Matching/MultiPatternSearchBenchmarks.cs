using BenchmarkDotNet.Attributes;

namespace Qrator.FilterNode.Matching;

/// <summary>The two ways to look for many patterns: grams with the automaton behind them, and the automaton alone.</summary>
public class MultiPatternSearchBenchmarks
{
    private const int Texts = 4_096;
    private readonly string[] _texts = new string[Texts];
    private MultiPatternSearch _search = null!;
    private PatternAutomaton _automaton = null!;
    private string _attack = "";
    private int _next;

    [Params(10, 10_000)]
    public int Patterns { get; set; }

    [GlobalSetup]
    public void Build()
    {
        var random = new Random(1);
        List<(string, int)> patterns = [.. Enumerable.Range(0, Patterns).Select(i => ($"bad-agent-{i:00000}", i))];
        _search = new(patterns);
        _automaton = new(patterns);
        for (var i = 0; i < Texts; i++)
        {
            _texts[i] = $"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{random.Next(90, 140)}.0.{random.Next(9_999)}.{random.Next(255)} Safari/537.36";
        }

        _attack = string.Concat(Enumerable.Range(0, 4_096).Select(i => $"-agent-{i % Patterns:00000}"));
    }

    [Benchmark]
    public int Search() => Search(Next());

    [Benchmark]
    public int Automaton()
    {
        var hits = default(HitCount);
        _automaton.Search(Next(), ref hits);
        return hits.Count;
    }

    /// <summary>A text of 53,248 letters that is the end of a pattern everywhere.</summary>
    [Benchmark]
    public int SearchUnderAttack() => Search(_attack);

    private int Search(string text)
    {
        var hits = default(HitCount);
        _search.Search(text, ref hits);
        return hits.Count;
    }

    private string Next() => _texts[_next = (_next + 1) % Texts];

    private struct HitCount : IHits
    {
        public int Count { get; private set; }

        public void Hit(int id) => Count++;
    }
}
