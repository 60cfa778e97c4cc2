namespace Qrator.FilterNode.Matching;

public class MultiPatternSearchTests
{
    [Fact]
    public void Every_pattern_that_occurs_is_reported_and_no_other() =>
        Search(["he", "she", "his", "hers", "x"], "ushers").ShouldBe([0, 1, 3]);

    [Fact]
    public void Patterns_that_begin_and_end_inside_each_other_are_all_reported() =>
        Search(["a", "ab", "abc", "abcd", "abcde", "bcd", "cd", "d", "e"], "xabcdx").ShouldBe([0, 1, 2, 3, 5, 6, 7]);

    [Fact]
    public void A_pattern_is_found_at_the_first_and_at_the_last_letter()
    {
        Search(["start", "end", "e", "en", "sta"], "start and end").ShouldBe([0, 1, 2, 3, 4]);
        Search(["whole text"], "whole text").ShouldBe([0]);
    }

    [Fact]
    public void A_text_shorter_than_any_pattern_has_none()
    {
        Search(["abcd", "abc", "ab"], "a").ShouldBeEmpty();
        Search(["abcd", "abc", "ab"], "").ShouldBeEmpty();
        Search(["a"], "").ShouldBeEmpty();
    }

    [Fact]
    public void Letters_outside_ASCII_and_zero_are_letters_like_others() =>
        Search(["\0", "\0\0\0\0\0", "\u00ff\u00fe", "\ud83d\ude00 x", "\u212a"], "a\0b \u00ff\u00fe \ud83d\ude00 x").ShouldBe([0, 2, 3]);

    [Fact]
    public void Search_and_automaton_agree_with_looking_for_each_pattern()
    {
        for (var seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            var patterns = Enumerable.Range(0, random.Next(1, 200)).Select(_ => Letters(random, random.Next(1, 9))).Distinct().ToList();
            var search = new MultiPatternSearch(WithIds(patterns));
            var automaton = new PatternAutomaton(WithIds(patterns));
            for (var i = 0; i < 50; i++)
            {
                var text = Letters(random, random.Next(40) * random.Next(10));
                var expected = Enumerable.Range(0, patterns.Count).Where(id => text.Contains(patterns[id], StringComparison.Ordinal)).ToList();
                Search(search, text).ShouldBe(expected, $"seed {seed}, text {i}");
                var hits = new HitSet();
                automaton.Search(text, ref hits);
                hits.Ids.ToList().ShouldBe(expected, $"automaton, seed {seed}, text {i}");
                hits.Calls.ShouldBe(expected.Count, $"automaton, seed {seed}, text {i}");
            }
        }
    }

    [Fact]
    public void A_text_made_of_patterns_alone_reports_no_more_often_than_it_has_letters_and_patterns()
    {
        // Each place of the text is the start of up to a thousand patterns.
        var patterns = Enumerable.Range(1, 1_000).Select(length => new string('a', length)).ToList();
        var search = new MultiPatternSearch(WithIds(patterns));
        var text = new string('a', 65_536);
        var hits = new HitSet();

        search.Search(text, ref hits);

        hits.Ids.Count.ShouldBe(patterns.Count);
        hits.Calls.ShouldBeLessThan(text.Length + patterns.Count);
    }

    [Fact]
    public void A_long_text_that_nearly_matches_everywhere_is_searched_to_its_end()
    {
        var patterns = Enumerable.Range(0, 5_000).Select(i => $"aaaa{i}aaaa").Append("needle").ToList();
        var text = string.Concat(Enumerable.Range(0, 8_000).Select(i => $"aaaa{i}aaab")) + "needle";

        Search(new MultiPatternSearch(WithIds(patterns)), text).ShouldBe([5_000]);
    }

    private static List<(string Pattern, int Id)> WithIds(IEnumerable<string> patterns) => [.. patterns.Select((pattern, id) => (pattern, id))];

    private static List<int> Search(string[] patterns, string text) => Search(new MultiPatternSearch(WithIds(patterns)), text);

    private static List<int> Search(MultiPatternSearch search, string text)
    {
        var hits = new HitSet();
        search.Search(text, ref hits);
        return [.. hits.Ids];
    }

    private static string Letters(Random random, int length) => string.Create(length, random, (span, r) =>
    {
        foreach (ref var letter in span)
        {
            letter = "aaabbc\0\u00ff"[r.Next(8)];
        }
    });
}
