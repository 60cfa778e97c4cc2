namespace Qrator.FilterNode.Matching;

public class TextIndexTests
{
    [Fact]
    public void Equal_tests_have_the_same_id()
    {
        var builder = new TextIndexBuilder();

        builder.Add(TextTest.Contains, "a").ShouldBe(0);
        builder.Add(TextTest.Equal, "a").ShouldBe(1);
        builder.Add(TextTest.Contains, "a").ShouldBe(0);
        builder.Add(TextTest.Contains, "A").ShouldBe(2);
    }

    [Fact]
    public void Without_case_tests_that_differ_in_case_are_equal()
    {
        var builder = new TextIndexBuilder(ignoreCase: true);

        builder.Add(TextTest.Contains, "a").ShouldBe(0);
        builder.Add(TextTest.Contains, "A").ShouldBe(0);
    }

    [Fact]
    public void An_index_without_tests_finds_nothing() => Search(new(), "text").ShouldBeEmpty();

    [Fact]
    public void An_empty_pattern_is_in_every_text_and_equal_only_to_the_empty_one()
    {
        var builder = new TextIndexBuilder();
        builder.Add(TextTest.Equal, "");
        builder.Add(TextTest.Contains, "");
        builder.Add(TextTest.StartsWith, "");
        builder.Add(TextTest.EndsWith, "");

        Search(builder, "x").ShouldBe([1, 2, 3]);
        Search(builder, "").ShouldBe([0, 1, 2, 3]);
    }

    [Fact]
    public void Prefixes_of_prefixes_and_suffixes_of_suffixes_are_all_found()
    {
        var builder = new TextIndexBuilder();
        foreach (var prefix in new[] { "/", "/a", "/a/b", "/a/c", "/a/b/c/d" })
        {
            builder.Add(TextTest.StartsWith, prefix);
        }

        foreach (var suffix in new[] { "c", "/c", "b/c", "x/c" })
        {
            builder.Add(TextTest.EndsWith, suffix);
        }

        Search(builder, "/a/b/c").ShouldBe([0, 1, 2, 5, 6, 7]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_index_agrees_with_comparing_each_pattern(bool ignoreCase)
    {
        var comparison = ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var builder = new TextIndexBuilder(ignoreCase);
            var tests = new Dictionary<int, (TextTest Test, string Pattern)>();
            for (var i = random.Next(60); i >= 0; i--)
            {
                var (test, pattern) = ((TextTest)random.Next(4), Letters(random, random.Next(7)));
                tests[builder.Add(test, pattern)] = (test, pattern);
            }

            for (var i = 0; i < 30; i++)
            {
                var text = Letters(random, random.Next(10) == 0 ? random.Next(600) : random.Next(12));
                var expected = tests.Where(test => Holds(test.Value.Test, text, test.Value.Pattern, comparison)).Select(test => test.Key).Order().ToList();
                Search(builder, text).ShouldBe(expected, $"seed {seed}, text {i}");
            }
        }
    }

    private static bool Holds(TextTest test, string text, string pattern, StringComparison comparison) => test switch
    {
        TextTest.Equal => text.Equals(pattern, comparison),
        TextTest.Contains => text.Contains(pattern, comparison),
        TextTest.StartsWith => text.StartsWith(pattern, comparison),
        _ => text.EndsWith(pattern, comparison),
    };

    private static string Letters(Random random, int length) =>
        string.Concat(Enumerable.Range(0, length).Select(_ => "aAbBkK\u212as\u017f\u00e9\u00c9"[random.Next(11)]));

    private static List<int> Search(TextIndexBuilder builder, string text)
    {
        var hits = new HitSet();
        builder.Build().Search(text, ref hits);
        return [.. hits.Ids];
    }
}
